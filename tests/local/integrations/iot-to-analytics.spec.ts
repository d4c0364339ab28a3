import * as assert from "node:assert/strict";
import { installMilliseconds } from "../../support/emulator";
import { openApi } from "./api";
import {
  averagesOf,
  counted,
  integration,
  lastMinute,
  subscribeToResults,
  type Published,
} from "./averages";
import { eventually } from "./eventually";
import { illegible, unfit } from "./invalid";
import { redrive } from "./operator";
import { assertQuarantined } from "./quarantine";
import { held, setAsideFrom } from "./queues";
import { readingOf } from "./readings";
import { removeTable } from "./tables";
import { deployed, type World } from "./world";

const validator = "iot-to-analytics-aggregator";

describe("iot-to-analytics on this machine", function () {
  this.timeout(120_000);
  let world: World;
  let results: Published[];
  let end: () => Promise<void>;

  before(async function () {
    this.timeout(installMilliseconds);
    world = await deployed("iot-to-analytics");
    await world.deployment.idle();
    ({ received: results, end } = await subscribeToResults(world));
  });
  after(() => end());

  const hot = (device: string, timestamp: number, temperature: number) =>
    readingOf(device, { timestamp, temperature });
  const resultsOf = (device: string) =>
    results.filter(({ topic }) => topic === `analytics/${device}/temperature`);

  it("stores, publishes and serves the average of a minute, whatever was sent late, twice, out of order or below the threshold", async () => {
    const device = await world.device("analytics-delivery");
    const start = lastMinute();
    const sent = [
      hot(device.name, start + 59_999, 95.5),
      hot(device.name, start, 81),
      hot(device.name, start + 7, 80),
      hot(device.name, start, 81),
      hot(device.name, start + 60_000, 99),
      hot(device.name, start + 30_000, 90),
    ];
    for (const reading of sent) await device.publish(reading);
    const items = await counted(world, device.name, 4);
    const [first, second] = items;
    assert.equal(items.length, 2);
    assert.deepEqual(
      [first?.windowKey?.S, first?.windowStart?.N, first?.windowEnd?.N],
      [`temperature#${start}`, String(start), String(start + 60_000)],
    );
    assert.deepEqual(
      [first?.count?.N, first?.average?.N, first?.minimum?.N, first?.maximum?.N],
      ["3", String((81 + 90 + 95.5) / 3), "81", "95.5"],
    );
    assert.deepEqual([second?.count?.N, second?.average?.N], ["1", "99"]);

    // The last result of a window says what the table does; an earlier one counted fewer readings.
    const last = await eventually("the result of the window", () =>
      resultsOf(device.name).find(
        ({ message }) => message.windowStart === start && message.count === 3,
      ),
    );
    assert.deepEqual(last.message, {
      id: `analytics-delivery#temperature#${start}`,
      deviceId: "analytics-delivery",
      field: "temperature",
      windowStart: start,
      windowEnd: start + 60_000,
      ...{ count: 3, average: (81 + 90 + 95.5) / 3, minimum: 81, maximum: 95.5 },
      revision: Number(first?.revision?.N),
    });

    const query = { from: String(start), to: String(start) };
    const { json } = await openApi(world).ask(`/devices/${device.name}/averages`, { query });
    const { id: _, deviceId, ...average } = last.message;
    assert.deepEqual(json, { deviceId, averages: [average] });
  });

  it("does not count a repetition that arrives in a later window of Lambda", async () => {
    const device = await world.device("analytics-again");
    const start = lastMinute();
    await device.publish(hot(device.name, start, 81));
    await counted(world, device.name, 1);
    await device.publish(hot(device.name, start, 81));
    await device.publish(hot(device.name, start + 1, 91));
    const [item] = await counted(world, device.name, 2);
    assert.deepEqual([item?.average?.N, item?.revision?.N], ["86", "2"]);
  });

  it("does not count a reading that is later than the rule allows", async () => {
    const device = await world.device("analytics-late");
    const start = lastMinute();
    await device.publish(hot(device.name, start - 3 * 3_600_000, 99));
    await device.publish(hot(device.name, start - 3_600_000, 98));
    const [item] = await counted(world, device.name, 1);
    assert.equal(item?.average?.N, "98");
    await world.deployment.idle();
    assert.equal((await averagesOf(world, device.name)).length, 1);
  });

  it("quarantines each invalid message for its reason, with its bytes, at the first attempt", async () => {
    const name = "analytics-invalid";
    const invalid = [...illegible(name), ...unfit(name)];
    await assertQuarantined(world, { integration, validator }, name, invalid);
    assert.deepEqual(await averagesOf(world, name), []);
  });

  it("loses nothing while its table is missing: redrive counts each reading once", async () => {
    const device = await world.device("analytics-gone");
    const start = lastMinute();
    const rebuild = await removeTable(world, "iot-to-analytics-averages");
    const sent = [81, 85, 89].map((value, at) => hot(device.name, start + at, value));
    for (const reading of sent) await device.publish(reading);
    await eventually("the failures queue to have all of them", async () => {
      const messages = await setAsideFrom(world, integration, device.name);
      const payloads = messages.flatMap((message) => message.sent.map(({ payload }) => payload));
      return new Set(payloads).size === 3;
    });
    await rebuild();
    const { code, lines } = await redrive(world, integration);
    assert.equal(code, 0, lines.join("\n"));
    const [item] = await counted(world, device.name, 3);
    assert.deepEqual([item?.average?.N, item?.minimum?.N, item?.maximum?.N], ["85", "81", "89"]);
    await world.deployment.idle();
    assert.deepEqual(await held(world, world.outputs.of[integration]?.failuresUrl), []);
  });
});
