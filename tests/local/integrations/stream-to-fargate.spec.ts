import * as assert from "node:assert/strict";
import { windowLength } from "../../../functions/stream-to-fargate/window";
import { installMilliseconds } from "../../support/emulator";
import { eventually } from "./eventually";
import { illegible, unfit } from "./invalid";
import { redrive } from "./operator";
import { without } from "./permissions";
import { held, quarantinedFrom, setAsideFrom } from "./queues";
import { readingOf } from "./readings";
import { countedBy, integration, statisticsOf, taskLog, tasksOf } from "./statistics";
import { removeTable } from "./tables";
import { deployed, type World } from "./world";

const taskRole = "stream-to-fargate-consumer-task-role";

/** A window that is over, so that all readings of a test are in it. */
const lastWindow = (): number =>
  Math.floor(Date.now() / windowLength) * windowLength - windowLength;

describe("stream-to-fargate on this machine", function () {
  this.timeout(120_000);
  let world: World;

  before(async function () {
    this.timeout(installMilliseconds);
    world = await deployed("stream-to-fargate");
    await world.deployment.idle();
  });

  it("keeps the statistics of a window and of the hour, whatever came late, twice or out of order", async () => {
    const device = await world.device("fargate-delivery");
    const start = lastWindow();
    const at = (offset: number, temperature: number, humidity = 40) =>
      readingOf(device.name, { timestamp: start + offset, temperature, humidity });
    const sent = [at(1000, 4), at(0, 2), at(299_999, 9, 10), at(-1, -7.5), at(1000, 4), at(0, 2)];
    for (const reading of sent) await device.publish(reading);
    const { windows, rolling } = await countedBy(world, device.name, 4);
    assert.deepEqual(
      windows.map((window) => [window.windowStart, window.windowEnd, window.readings]),
      [
        [start - windowLength, start, 1],
        [start, start + windowLength, 3],
      ],
    );
    const { ids, revision, ...window } = windows[1] ?? {};
    assert.equal(String(ids).length, 36);
    assert.ok(Number(revision) >= 1);
    const deviation = Math.sqrt(((5 - 2) ** 2 + (5 - 4) ** 2 + (5 - 9) ** 2) / 3);
    assert.ok(Math.abs(Number(window.temperature_deviation) - deviation) < 1e-9);
    assert.ok(Math.abs(Number(window.humidity_deviation) - Math.sqrt(200)) < 1e-9);
    assert.deepEqual(
      { ...window, temperature_deviation: 0, humidity_deviation: 0 },
      {
        deviceId: device.name,
        windowKey: `window#${start}`,
        ...{ windowStart: start, windowEnd: start + windowLength, readings: 3 },
        ...{ temperature_count: 3, temperature_mean: 5, temperature_deviation: 0 },
        ...{ temperature_minimum: 2, temperature_maximum: 9 },
        ...{ humidity_count: 3, humidity_mean: 30, humidity_deviation: 0 },
        ...{ humidity_minimum: 10, humidity_maximum: 40 },
        ...{ pressure_count: 3, pressure_mean: 1013.25, pressure_deviation: 0 },
        ...{ pressure_minimum: 1013.25, pressure_maximum: 1013.25 },
        expiresAt: start / 1000 + 30 * 86_400,
      },
    );
    await world.deployment.idle();
    const { rolling: last } = await statisticsOf(world, device.name);
    assert.ok(rolling && last);
    assert.deepEqual(
      [last.readings, last.from, last.to, last.temperature_minimum, last.temperature_maximum],
      [4, start - windowLength, start + windowLength, -7.5, 9],
    );
    assert.ok(Math.abs(Number(last.temperature_mean) - (2 + 4 + 9 - 7.5) / 4) < 1e-9);
  });

  it("quarantines each invalid message for its reason, with its bytes", async () => {
    const device = await world.device("fargate-invalid");
    const invalid = [...illegible(device.name), ...unfit(device.name)];
    for (const { payload } of invalid) await device.publish(payload);
    await eventually("the tasks to have found them all invalid", () => {
      const reasons = taskLog(world)
        .filter((line) => line.message === "quarantined" && line.deviceId === device.name)
        .map(({ reason }) => reason);
      return reasons.length >= invalid.length && reasons;
    });
    const entries = await eventually("the quarantine to have them all", async () => {
      const found = await quarantinedFrom(world, integration, device.name);
      return found.length >= invalid.length && found;
    });
    const byPayload = (some: { reason: string; payload: string }[]) =>
      some.map(({ reason, payload }) => `${payload} ${reason}`).sort();
    assert.deepEqual(
      byPayload(entries),
      byPayload(
        invalid.map(({ reason, payload }) => ({ reason, payload: payload.toString("base64") })),
      ),
    );
    assert.deepEqual(await statisticsOf(world, device.name), { windows: [], rolling: undefined });
  });

  it("loses no reading when a task is killed in the middle of the stream, and counts none twice", async () => {
    const devices = await Promise.all(
      [1, 2, 3, 4, 5, 6].map((nth) => world.device(`fargate-killed-${nth}`)),
    );
    const victim = await eventually("a task to have the shard", async () => {
      for (const task of tasksOf(world))
        if (Object.keys((await task.health())?.shards ?? {}).length > 0) return task;
      return undefined;
    });
    assert.equal(tasksOf(world).length, 2);
    const start = lastWindow();
    const rounds = 15;
    for (let round = 0; round < rounds; round++) {
      for (const device of devices)
        await device.publish(
          readingOf(device.name, { timestamp: start + round, temperature: round }),
        );
      if (round === rounds / 3) victim.kill();
    }
    assert.equal(await victim.ended, "SIGKILL");
    for (const { name } of devices) await countedBy(world, name, rounds);
    await world.deployment.idle();
    for (const { name } of devices) {
      const { windows, rolling } = await statisticsOf(world, name);
      const [window] = windows;
      assert.deepEqual(
        [windows.length, window?.readings, window?.temperature_count, window?.temperature_maximum],
        [1, rounds, rounds, rounds - 1],
      );
      assert.equal(rolling?.readings, rounds);
    }
    // ECS has replaced the task.
    await eventually("two tasks again", () => tasksOf(world).length === 2);
  });

  it("repeats what a task had stored and not saved when it was killed, and counts it once", async () => {
    const device = await world.device("fargate-unsaved");
    const start = lastWindow();
    const readings = Array.from({ length: 10 }, (_, nth) =>
      readingOf(device.name, { timestamp: start + nth, temperature: nth }),
    );
    const before = new Set(taskLog(world));
    const sum = (metric: string) =>
      taskLog(world)
        .filter((line) => !before.has(line))
        .reduce((total, line) => total + Number(line[metric] ?? 0), 0);
    const stored = await without(world, [`${taskRole}/ShareShards`], async () => {
      for (const reading of readings) await device.publish(reading);
      await eventually("a batch to be stored", () => sum("Stored") > 0);
      // Its checkpoint cannot be saved, by whichever task has it.
      const tasks = tasksOf(world);
      for (const task of tasks) task.kill();
      for (const task of tasks) assert.equal(await task.ended, "SIGKILL");
      return sum("Stored");
    });
    await countedBy(world, device.name, readings.length);
    await world.deployment.idle();
    assert.deepEqual([sum("Stored"), sum("Duplicates")], [readings.length, stored]);
    const { windows, rolling } = await statisticsOf(world, device.name);
    assert.deepEqual(
      windows.map((window) => [window.readings, window.temperature_count, window.temperature_mean]),
      [[10, 10, 4.5]],
    );
    assert.deepEqual([rolling?.readings, rolling?.temperature_count], [10, 10]);
  });

  it("loses nothing while its table is missing: redrive counts each reading once", async () => {
    const device = await world.device("fargate-gone");
    const start = lastWindow();
    const rebuild = await removeTable(world, "stream-to-fargate-statistics");
    for (const offset of [0, 1, 2])
      await device.publish(
        readingOf(device.name, { timestamp: start + offset, temperature: offset }),
      );
    await eventually("the failures queue to have all of them", async () => {
      const messages = await setAsideFrom(world, integration, device.name);
      const payloads = messages.flatMap((message) => message.sent.map(({ payload }) => payload));
      return new Set(payloads).size === 3;
    });
    await rebuild();
    const { code, lines } = await redrive(world, integration);
    assert.equal(code, 0, lines.join("\n"));
    await countedBy(world, device.name, 3);
    await world.deployment.idle();
    const { windows } = await statisticsOf(world, device.name);
    assert.deepEqual(
      windows.map(({ readings, temperature_mean }) => [readings, temperature_mean]),
      [[3, 1]],
    );
    assert.deepEqual(await held(world, world.outputs.of[integration]?.failuresUrl), []);
  });
});
