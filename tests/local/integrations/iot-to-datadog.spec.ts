import * as assert from "node:assert/strict";
import type { Mood } from "../../../local/doubles/datadog";
import { installMilliseconds } from "../../support/emulator";
import { gaugesOf, impatient, integration, putKey, secondsOf, stored, submitter } from "./datadog";
import type { Device } from "./device";
import { eventually, one } from "./eventually";
import { assertLogged } from "./functions";
import { illegible, unfit } from "./invalid";
import { redrive } from "./operator";
import { assertNowhere } from "./planted";
import { assertQuarantined } from "./quarantine";
import { held, quarantinedFrom, setAside, setAsideFrom } from "./queues";
import { readingOf } from "./readings";
import { deployed, type World } from "./world";

/** A reading of its own second, so many seconds ago. */
const ago = (device: Device, seconds: number, changes: object = {}) =>
  readingOf(device.name, { timestamp: (now() - seconds) * 1000, ...changes });
const now = (): number => Math.floor(Date.now() / 1000);

describe("iot-to-datadog on this machine", function () {
  this.timeout(120_000);
  let world: World;

  before(async function () {
    this.timeout(installMilliseconds);
    world = await deployed("iot-to-datadog");
    await world.deployment.idle();
  });
  afterEach(() => world.platform.datadog.answer("healthy"));

  it("submits a reading as gauges with units and tags", async () => {
    const device = await world.device("datadog-delivery");
    const reading = ago(device, 5, { status: "critical" });
    await device.publish(reading);
    await stored(world, device.name);
    const timestamp = reading.timestamp / 1000;
    const common = { tags: [`device:${device.name}`, "site:none"], timestamp };
    assert.deepEqual(gaugesOf(world, device.name), [
      { metric: "iot.temperature", ...common, value: 21.5, unit: "degree celsius" },
      { metric: "iot.humidity", ...common, value: 40, unit: "percent" },
      { metric: "iot.pressure", ...common, value: 1013.25 },
      { metric: "iot.severity", ...common, value: 2 },
    ]);
    await world.deployment.idle();
    for (const queue of ["queueUrl", "failuresUrl"])
      assert.deepEqual(await held(world, world.outputs.of[integration]?.[queue]), []);
  });

  it("submits every reading of a burst, repeated and out of order, in few calls", async () => {
    const device = await world.device("datadog-order");
    const readings = Array.from({ length: 25 }, (_, nth) => ago(device, 60 - nth)).reverse();
    const [first] = readings;
    assert.ok(first);
    const calls = world.platform.datadog.answered().length;
    await Promise.all([...readings, first, first].map((reading) => device.publish(reading)));
    await stored(world, device.name, 25);
    await world.deployment.idle();
    assert.deepEqual(
      secondsOf(world, device.name),
      readings.map(({ timestamp }) => timestamp / 1000).reverse(),
    );
    const made = world.platform.datadog.answered().length - calls;
    assert.ok(made < 10, `${made} calls for 27 messages`);
  });

  it("quarantines each invalid message for its reason, with its bytes, at the first attempt", async () => {
    const name = "datadog-invalid";
    const invalid = [...illegible(name), ...unfit(name)];
    await assertQuarantined(world, { integration, validator: submitter }, name, invalid);
  });

  it("quarantines a reading that Datadog would drop, and sends none", async () => {
    const device = await world.device("datadog-old");
    const dropped = world.platform.datadog.dropped();
    const bytes = await device.publish(ago(device, 7200));
    const entry = await eventually("the quarantine to have it", async () =>
      one(await quarantinedFrom(world, integration, device.name)),
    );
    assert.deepEqual(
      [entry.reason, entry.payload],
      ["too-old-for-datadog", bytes.toString("base64")],
    );
    assert.deepEqual(gaugesOf(world, device.name), []);
    assert.equal(world.platform.datadog.dropped(), dropped);
  });

  it("loses nothing while the intake is down, busy, throttled, broken or answers garbage", async () => {
    const { datadog } = world.platform;
    const device = await world.device("datadog-outage");
    const statuses: Record<Exclude<Mood, "healthy">, number> = {
      ...{ down: 0, busy: 503, throttled: 429, broken: 500, garbage: 202 },
    };
    await impatient(world, 100, async () => {
      let nth = 0;
      for (const [mood, status] of Object.entries(statuses)) {
        datadog.answer(mood as Mood);
        const calls = datadog.answered().length;
        await device.publish(ago(device, 100 - nth++));
        await eventually(`an answer while the intake is ${mood}`, () =>
          datadog.answered().slice(calls).includes(status),
        );
        assert.deepEqual(gaugesOf(world, device.name), []);
      }
      datadog.answer("healthy");
      await stored(world, device.name, nth);
      await world.deployment.idle();
    });
    assert.equal(secondsOf(world, device.name).length, 5);
    assert.deepEqual(await setAsideFrom(world, integration, device.name), []);
  });

  it("sets readings aside when an outage lasts, and redrive submits each", async () => {
    const { datadog } = world.platform;
    const device = await world.device("datadog-gone");
    const readings = [1, 2, 3].map((seconds) => ago(device, seconds));
    datadog.answer("busy");
    const sent = await impatient(world, 2, async () => {
      const bytes = await Promise.all(readings.map((reading) => device.publish(reading)));
      await eventually("the failures queue to have them", async () => {
        const kept = await setAsideFrom(world, integration, device.name);
        return kept.length === readings.length;
      });
      return bytes;
    });
    const kept = await setAsideFrom(world, integration, device.name);
    assert.deepEqual(
      kept.flatMap((message) => message.sent.map(({ payload }) => payload)).sort(),
      sent.map((bytes) => bytes.toString("base64")).sort(),
    );
    assert.deepEqual(gaugesOf(world, device.name), []);
    datadog.answer("healthy");
    const { code, lines } = await redrive(world, integration);
    assert.deepEqual([code, lines.at(-1)], [0, "3 redriven, 0 left"], lines.join("\n"));
    await stored(world, device.name, 3);
    await world.deployment.idle();
    assert.deepEqual(
      secondsOf(world, device.name),
      readings.map(({ timestamp }) => timestamp / 1000).reverse(),
    );
    assert.deepEqual(await held(world, world.outputs.of[integration]?.failuresUrl), []);
  });

  it("sets exactly the reading aside that Datadog refuses with 202, with the answer", async () => {
    const { datadog } = world.platform;
    const [bad, good] = [await world.device("datadog-bad"), await world.device("datadog-good")];
    datadog.refuseDevice(bad.name);
    const bytes = await bad.publish(ago(bad, 1));
    await Promise.all([2, 3, 4].map((seconds) => good.publish(ago(good, seconds))));
    const kept = await setAside(world, integration, bad.name);
    await stored(world, good.name, 3);
    assert.deepEqual(kept.sent, [{ topic: bad.topic, payload: bytes.toString("base64") }]);
    assert.equal(kept.body.reason, "refused-by-datadog");
    assert.match(String(kept.body.detail), /^Datadog answered 202: .*was not accepted/);
    datadog.acceptDevice(bad.name);
    const { code, lines } = await redrive(world, integration);
    assert.deepEqual([code, lines.at(-1)], [0, "1 redriven, 0 left"], lines.join("\n"));
    await stored(world, bad.name);
  });

  it("loses no reading while the key is replaced, and leaves no key anywhere", async () => {
    const { datadog } = world.platform;
    const device = await world.device("datadog-rotation");
    const since = Date.now();
    const keys = [datadog.apiKey(), datadog.rotate()];
    await impatient(world, 100, async () => {
      await device.publish(ago(device, 1));
      await assertLogged(world, submitter, {
        since,
        message: "points not submitted",
        error: /^Datadog answered 403: .* Check the key in the secret/,
      });
      await putKey(world);
      await stored(world, device.name);
      await world.deployment.idle();
    });
    for (const key of keys) await assertNowhere(world, integration, key);
  });
});
