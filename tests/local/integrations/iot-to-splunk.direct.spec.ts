import * as assert from "node:assert/strict";
import type { Mood } from "../../../local/doubles/splunk";
import { installMilliseconds } from "../../support/emulator";
import { eventually } from "./eventually";
import { assertLogged } from "./functions";
import { illegible, unfit } from "./invalid";
import { redrive } from "./operator";
import { assertNowhere } from "./planted";
import { assertQuarantined } from "./quarantine";
import { held, setAsideFrom } from "./queues";
import { readingOf } from "./readings";
import {
  deployedDirectly,
  eventsOf,
  impatient,
  indexed,
  integration,
  putToken,
  sender,
} from "./splunk";
import type { World } from "./world";

type Reading = ReturnType<typeof readingOf>;

describe("iot-to-splunk without a delivery stream, on this machine", function () {
  this.timeout(120_000);
  let world: World;

  before(async function () {
    this.timeout(installMilliseconds);
    world = await deployedDirectly();
    await world.deployment.idle();
  });
  afterEach(() => world.platform.splunk.answer("healthy"));

  const times = (readings: Reading[]): number[] =>
    readings.map(({ timestamp }) => timestamp).sort();
  const queues = async (): Promise<string[][]> =>
    Promise.all(
      ["queueUrl", "failuresUrl"].map((url) => held(world, world.outputs.of[integration]?.[url])),
    );

  /** Publishes readings of a device and waits until the failures queue has each. */
  async function setAsideAll(name: string, readings: Reading[]): Promise<void> {
    const device = await world.device(name);
    const sent = await impatient(world, async () => {
      const bytes = await Promise.all(readings.map((reading) => device.publish(reading)));
      await eventually(`${readings.length} messages of ${name} in the failures queue`, async () => {
        const kept = await setAsideFrom(world, integration, name);
        return kept.length === readings.length;
      });
      return bytes;
    });
    const kept = await setAsideFrom(world, integration, name);
    assert.deepEqual(
      kept.flatMap((one) => one.sent.map(({ payload }) => payload)).sort(),
      sent.map((bytes) => bytes.toString("base64")).sort(),
    );
    assert.deepEqual(eventsOf(world, name), []);
  }

  async function assertRedriven(name: string, readings: Reading[]): Promise<void> {
    const { code, lines } = await redrive(world, integration);
    const summary = `${readings.length} redriven, 0 left`;
    assert.deepEqual([code, lines.at(-1)], [0, summary], lines.join("\n"));
    const events = await indexed(world, name, readings.length);
    assert.deepEqual(
      times(events.map(({ event }) => event as unknown as Reading)),
      times(readings),
    );
    assert.deepEqual(await queues(), [[], []]);
  }

  it("writes each reading to the index, every value right", async () => {
    const device = await world.device("splunk-direct");
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
    assert.deepEqual(await queues(), [[], []]);
  });

  it("quarantines each invalid message for its reason, with its bytes, at the first attempt", async () => {
    const name = "splunk-direct-invalid";
    const invalid = [...illegible(name), ...unfit(name)];
    await assertQuarantined(world, { integration, validator: sender }, name, invalid);
    assert.deepEqual(eventsOf(world, name), []);
  });

  for (const mood of ["down", "busy", "throttled", "garbage"] as Mood[])
    it(`loses nothing while the collector is ${mood}: redrive indexes each reading once`, async () => {
      const name = `splunk-direct-${mood}`;
      const readings = Array.from({ length: 6 }, () => readingOf(name));
      world.platform.splunk.answer(mood);
      await setAsideAll(name, readings);
      world.platform.splunk.answer("healthy");
      await assertRedriven(name, readings);
    });

  it("delivers again by itself when the collector is down for less time than the queue tries", async () => {
    const { splunk } = world.platform;
    const device = await world.device("splunk-direct-while");
    splunk.answer("down");
    const requests = splunk.answered().length;
    await impatient(world, async () => {
      await device.publish(readingOf(device.name));
      // The three attempts of the first delivery.
      await eventually("three requests", () => splunk.answered().length === requests + 3);
      splunk.answer("healthy");
      await indexed(world, device.name);
    });
    assert.deepEqual(await queues(), [[], []]);
  });

  it("takes a renewed token from the secret, and until then keeps what the old one may not write", async () => {
    const since = Date.now();
    const name = "splunk-direct-token";
    const readings = [readingOf(name)];
    world.platform.splunk.rotate();
    await setAsideAll(name, readings);
    await assertLogged(world, sender, {
      ...{ since, message: "events not accepted" },
      error: /^The collector answered 403: Invalid token \(code 4\)\.$/,
    });
    await putToken(world);
    await assertRedriven(name, readings);
  });

  it("has its token in the secret alone: in no input, no output, no archive and no log", () =>
    assertNowhere(world, integration, world.platform.splunk.token));
});
