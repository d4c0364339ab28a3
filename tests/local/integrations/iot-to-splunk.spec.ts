import * as assert from "node:assert/strict";
import type { Mood } from "../../../local/doubles/splunk";
import { installMilliseconds } from "../../support/emulator";
import { illegible, unfit } from "./invalid";
import { redrive } from "./operator";
import { assertNowhere } from "./planted";
import { assertQuarantined } from "./quarantine";
import { held, setAsideFrom } from "./queues";
import { readingOf } from "./readings";
import { eventsOf, failedBatches, indexed, integration, putToken } from "./splunk";
import { deployed, type World } from "./world";

const validator = "iot-to-splunk-transformer";

describe("iot-to-splunk on this machine", function () {
  this.timeout(120_000);
  let world: World;

  before(async function () {
    this.timeout(installMilliseconds);
    world = await deployed("iot-to-splunk");
    await world.deployment.idle();
  });
  afterEach(() => world.platform.splunk.answer("healthy"));

  it("writes each reading to the index, every value right", async () => {
    const device = await world.device("splunk-delivery");
    const reading = readingOf(device.name, { message: 'Ventil "3" öffnet nicht' });
    const before = Date.now();
    await device.publish(reading);
    const [event] = await indexed(world, device.name);
    const { reading_id = "", received_at = "" } = event?.fields ?? {};
    assert.match(reading_id, /^[A-Za-z0-9_-]{32}$/);
    assert.ok(Number(received_at) >= before && Number(received_at) <= Date.now(), received_at);
    assert.deepEqual(event, {
      time: reading.timestamp / 1000,
      host: device.name,
      source: "aws-iot-core",
      sourcetype: "_json",
      index: "main",
      event: reading,
      fields: { reading_id, received_at },
    });
    assert.deepEqual(await held(world, world.outputs.of[integration]?.failuresUrl), []);
  });

  it("writes a burst with late, repeated and out-of-order messages; repetitions have the same id", async () => {
    const device = await world.device("splunk-order");
    const readings = Array.from({ length: 25 }, () => readingOf(device.name)).reverse();
    const [first] = readings;
    assert.ok(first);
    await Promise.all([...readings, first, first].map((reading) => device.publish(reading)));
    const events = await indexed(world, device.name, 27);
    assert.equal(new Set(events.map(({ fields }) => fields.reading_id)).size, 25);
    assert.deepEqual(
      new Set(events.map(({ time }) => time)),
      new Set(readings.map(({ timestamp }) => timestamp / 1000)),
    );
  });

  it("quarantines each invalid message for its reason, with its bytes, at the first attempt", async () => {
    const name = "splunk-invalid";
    const invalid = [...illegible(name), ...unfit(name)];
    await assertQuarantined(world, { integration, validator }, name, invalid);
    assert.deepEqual(eventsOf(world, name), []);
  });

  for (const [mood, code] of [
    ["down", "ConnectionFailed"],
    ["busy", "ServerError"],
    ["throttled", "ServerError"],
    ["broken", "ServerError"],
    ["garbage", "DisabledAcknowledgement"],
  ] as [Mood, string][])
    it(`loses nothing while the collector is ${mood}: redrive indexes each reading once, with its first time of receipt`, async () => {
      const device = await world.device(`splunk-${mood}`);
      const readings = Array.from({ length: 6 }, () => readingOf(device.name));
      world.platform.splunk.answer(mood);
      await Promise.all(readings.map((reading) => device.publish(reading)));
      const after = Date.now();
      await world.deployment.idle();
      assert.deepEqual(eventsOf(world, device.name), []);
      const objects = [...(await failedBatches(world))];
      assert.ok(
        objects.every(([key]) => key.startsWith("splunk-failed/")),
        String(objects),
      );
      const lines = objects.flatMap(([, text]) => text.trim().split("\n"));
      const errors = lines.map((line) => (JSON.parse(line) as { errorCode: string }).errorCode);
      assert.deepEqual(
        errors,
        readings.map(() => `Splunk.${code}`),
      );
      const kept = await setAsideFrom(world, integration, device.name);
      assert.deepEqual(
        kept
          .flatMap(({ sent }) => sent)
          .map(({ payload }): unknown => JSON.parse(Buffer.from(payload, "base64").toString()))
          .map((reading) => (reading as { timestamp: number }).timestamp)
          .sort(),
        readings.map(({ timestamp }) => timestamp),
      );
      world.platform.splunk.answer("healthy");
      const { code: exit, lines: said } = await redrive(world, integration);
      assert.deepEqual(
        [exit, said.at(-1)],
        [0, `${kept.length} redriven, 0 left`],
        said.join("\n"),
      );
      const events = await indexed(world, device.name, readings.length);
      assert.deepEqual(
        events.map(({ event }) => event).sort(byTime),
        readings.map((reading): unknown => reading).sort(byTime),
      );
      for (const { fields } of events) assert.ok(Number(fields.received_at) <= after);
      assert.deepEqual(await held(world, world.outputs.of[integration]?.failuresUrl), []);
      assert.equal((await failedBatches(world)).size, 0);
    });

  it("keeps what the token may not write to, until the token is renewed in the secret", async () => {
    const { splunk } = world.platform;
    const device = await world.device("splunk-token");
    const reading = readingOf(device.name);
    splunk.rotate();
    await device.publish(reading);
    await world.deployment.idle();
    const [[, object = ""] = []] = [...(await failedBatches(world))];
    assert.match(object, /"errorCode":"Splunk.InvalidToken"/);
    await putToken(world);
    const { lines } = await redrive(world, integration);
    assert.equal(lines.at(-1), "1 redriven, 0 left", lines.join("\n"));
    const [event] = await indexed(world, device.name);
    assert.deepEqual(event?.event, reading);
  });

  it("has its token in the secret alone: in no input, no output, no archive, no log and no failed batch", async () => {
    await assertNowhere(world, integration, world.platform.splunk.token);
    const batches = await failedBatches(world);
    assert.ok(!JSON.stringify([...batches]).includes(world.platform.splunk.token));
  });
});

const byTime = (one: unknown, other: unknown): number =>
  (one as { timestamp: number }).timestamp - (other as { timestamp: number }).timestamp;
