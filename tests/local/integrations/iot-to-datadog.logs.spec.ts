import * as assert from "node:assert/strict";
import type { Mood } from "../../../local/doubles/datadog";
import { installMilliseconds } from "../../support/emulator";
import {
  deployedWithLogs,
  failedBatches,
  impatient,
  integration,
  logged,
  logsOf,
  putKey,
  stored,
} from "./datadog";
import { eventually } from "./eventually";
import { illegible, unfit } from "./invalid";
import { redrive } from "./operator";
import { assertNowhere } from "./planted";
import { assertQuarantined } from "./quarantine";
import { held, setAsideFrom } from "./queues";
import { readingOf } from "./readings";
import type { World } from "./world";

const validator = "iot-to-datadog-log-shaper";

describe("iot-to-datadog with logs, on this machine", function () {
  this.timeout(120_000);
  let world: World;

  before(async function () {
    this.timeout(installMilliseconds);
    world = await deployedWithLogs();
    await world.deployment.idle();
  });
  afterEach(() => world.platform.datadog.answer("healthy"));

  const setAsideNow = (): Promise<string[]> =>
    held(world, world.outputs.of[integration]?.failuresUrl);

  /** Resolves when the failures queue has so many readings of a device. */
  const setAside = (name: string, count: number): Promise<unknown> =>
    eventually(`${count} readings of ${name} in the failures queue`, async () => {
      const kept = await setAsideFrom(world, integration, name);
      return kept.flatMap(({ originals }) => originals).length === count;
    });

  it("delivers each reading as a log and as gauges, every value right", async () => {
    const device = await world.device("datadog-logs");
    const reading = readingOf(device.name, {
      message: 'Ventil "3" öffnet nicht',
      status: "warning",
    });
    const before = Date.now();
    await device.publish(reading);
    const [log] = await logged(world, device.name);
    const { reading_id: id, received_at: received } = (log?.attributes ?? {}) as Record<
      string,
      string | number
    >;
    assert.match(String(id), /^[A-Za-z0-9_-]{32}$/);
    assert.ok(Number(received) >= before && Number(received) <= Date.now(), String(received));
    assert.deepEqual(log, {
      date: reading.timestamp,
      attributes: {
        ddsource: "aws-iot-core",
        ddtags: "site:none",
        hostname: device.name,
        service: "iot-devices",
        status: "warning",
        timestamp: reading.timestamp,
        message: 'Ventil "3" öffnet nicht',
        reading,
        reading_id: id,
        received_at: received,
      },
    });
    await stored(world, device.name);
    assert.deepEqual(await setAsideNow(), []);
  });

  it("delivers a burst with repeated and out-of-order messages; repetitions have the same id", async () => {
    const device = await world.device("datadog-logs-order");
    const readings = Array.from({ length: 25 }, () => readingOf(device.name)).reverse();
    const [first] = readings;
    assert.ok(first);
    await Promise.all([...readings, first, first].map((reading) => device.publish(reading)));
    const logs = await logged(world, device.name, 27);
    assert.equal(new Set(logs.map(({ attributes }) => attributes.reading_id)).size, 25);
    assert.deepEqual(
      new Set(logs.map(({ date }) => date)),
      new Set(readings.map(({ timestamp }) => timestamp)),
    );
  });

  it("delivers a reading of yesterday, whose time Datadog would not take, under the time of its arrival", async () => {
    const { datadog } = world.platform;
    const device = await world.device("datadog-logs-old");
    const before = Date.now();
    const reading = readingOf(device.name, { timestamp: before - 20 * 3_600_000 });
    await device.publish(reading);
    const [log] = await logged(world, device.name);
    assert.ok((log?.date ?? 0) >= before);
    assert.deepEqual(log?.attributes.reading, reading);
    assert.equal(datadog.droppedLogs(), 0);
  });

  it("quarantines each invalid message for its reason, with its bytes, at the first attempt", async () => {
    const name = "datadog-logs-invalid";
    const invalid = [...illegible(name), ...unfit(name)];
    await assertQuarantined(world, { integration, validator }, name, invalid);
    assert.deepEqual(logsOf(world, name), []);
  });

  it("loses nothing while Datadog is down, busy, throttled, broken or answers garbage: redrive delivers each log once", async () => {
    const { datadog } = world.platform;
    const codes: Record<Exclude<Mood, "healthy">, string> = {
      down: "ConnectionFailed",
      busy: "DestinationException",
      throttled: "DestinationException",
      broken: "DestinationException",
      garbage: "InvalidResponseFromDestination",
    };
    const sent = new Map<string, ReturnType<typeof readingOf>[]>();
    // The metrics of the same readings wait in their own queue.
    await impatient(world, 100, async () => {
      for (const [mood, code] of Object.entries(codes)) {
        const device = await world.device(`datadog-logs-${mood}`);
        const readings = Array.from({ length: 6 }, () => readingOf(device.name));
        sent.set(device.name, readings);
        const before = await failedBatches(world);
        datadog.answer(mood as Mood);
        await Promise.all(readings.map((reading) => device.publish(reading)));
        await setAside(device.name, readings.length);
        const batches = [...(await failedBatches(world))].filter(([key]) => !before.has(key));
        assert.ok(
          batches.every(([key]) => key.startsWith("http-endpoint-failed/")),
          String(batches),
        );
        const lines = batches.flatMap(([, text]) => text.trim().split("\n"));
        assert.deepEqual(
          lines.map((line) => (JSON.parse(line) as { errorCode: string }).errorCode),
          readings.map(() => `HttpEndpoint.${code}`),
        );
        assert.deepEqual(logsOf(world, device.name), []);
      }
      datadog.answer("healthy");
      const { code, lines } = await redrive(world, integration);
      assert.equal(code, 0, lines.join("\n"));
      assert.match(lines.at(-1) ?? "", /^\d+ redriven, 0 left$/);
      for (const [name, readings] of sent) {
        const logs = await logged(world, name, readings.length);
        const found = logs.map(({ attributes }) => attributes.reading as { timestamp: number });
        assert.deepEqual(
          found.sort((one, other) => one.timestamp - other.timestamp),
          readings,
        );
      }
      await world.deployment.idle();
    });
    for (const [name, readings] of sent) await logged(world, name, readings.length);
    assert.deepEqual(await setAsideNow(), []);
    assert.equal((await failedBatches(world)).size, 0);
  });

  it("keeps logs until the key is renewed in the secret, and has no key anywhere else", async () => {
    const { datadog } = world.platform;
    const device = await world.device("datadog-logs-key");
    const reading = readingOf(device.name);
    const keys = [datadog.apiKey(), datadog.rotate()];
    await impatient(world, 100, async () => {
      await device.publish(reading);
      await setAside(device.name, 1);
      const [[, object = ""] = []] = [...(await failedBatches(world))];
      assert.match(object, /The endpoint answered 403: .*Forbidden/);
      for (const key of keys) assert.ok(!object.includes(key));
      await putKey(world);
      const { lines } = await redrive(world, integration);
      assert.equal(lines.at(-1), "1 redriven, 0 left", lines.join("\n"));
      const [log] = await logged(world, device.name);
      assert.deepEqual(log?.attributes.reading, reading);
      await world.deployment.idle();
    });
    for (const key of keys) await assertNowhere(world, integration, key);
  });
});
