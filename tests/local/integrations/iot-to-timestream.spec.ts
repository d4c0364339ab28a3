import { PutSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import * as assert from "node:assert/strict";
import { installMilliseconds } from "../../support/emulator";
import { eventually, one } from "./eventually";
import { illegible, unfit } from "./invalid";
import { redrive } from "./operator";
import { assertQuarantined } from "./quarantine";
import { held, quarantinedFrom, setAsideFrom } from "./queues";
import { readingOf } from "./readings";
import { databaseOf, rowsOf, stored, timesOf } from "./time-series";
import { deployed, type World } from "./world";

const integration = "iot-to-timestream";
const validator = "iot-to-timestream-writer";

describe("iot-to-timestream on this machine", function () {
  this.timeout(120_000);
  let world: World;

  before(async function () {
    this.timeout(installMilliseconds);
    world = await deployed("iot-to-timestream");
    await world.deployment.idle();
  });

  it("stores a reading as a point, every value in its type", async () => {
    const device = await world.device("timestream-delivery");
    const reading = readingOf(device.name, { temperature: -0.25, message: 'Öl "läuft" \\ ab\n' });
    const before = Date.now();
    await device.publish(reading);
    const row = one(await stored(world, device.name, 1)) ?? {};
    const { time, receivedAt, ...values } = row;
    const { timestamp, ...sent } = reading;
    assert.deepEqual(values, sent);
    assert.deepEqual(timesOf(world, device.name), [timestamp]);
    assert.match(String(time), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}$/);
    assert.ok(Number(receivedAt) >= before && Number(receivedAt) <= Date.now());
  });

  it("quarantines each invalid message for its reason, with its bytes, at the first attempt", async () => {
    const name = "timestream-invalid";
    const invalid = [...illegible(name), ...unfit(name)];
    await assertQuarantined(world, { integration, validator }, name, invalid);
    assert.deepEqual(rowsOf(world, name), []);
  });

  it("stores late, repeated and out-of-order readings once each, and both of two of the same time", async () => {
    const device = await world.device("timestream-order");
    const [t1, t2, t3] = [1, 2, 3].map((n) => readingOf(device.name, { temperature: n }));
    assert.ok(t1 && t2 && t3);
    for (const reading of [t3, t1, t2, t3, { ...t2, temperature: 20 }])
      await device.publish(reading);
    await stored(world, device.name, 4);
    await world.deployment.idle();
    assert.deepEqual(
      rowsOf(world, device.name)
        .map(({ temperature }) => Number(temperature))
        .sort((a, b) => a - b),
      [1, 2, 3, 20],
    );
    assert.deepEqual(
      timesOf(world, device.name),
      [t1, t2, t2, t3].map(({ timestamp }) => timestamp),
    );
  });

  it("delivers through throttling and a short overload without setting anything aside", async () => {
    const device = await world.device("timestream-throttled");
    databaseOf(world).refuseNext(429, 1);
    databaseOf(world).refuseNext(503, 1);
    await device.publish(readingOf(device.name));
    await stored(world, device.name, 1);
    assert.deepEqual(await setAsideFrom(world, integration, device.name), []);
  });

  it("delivers once the database is back, after more than one invocation failed", async () => {
    const device = await world.device("timestream-restart");
    const refusals = (): number =>
      databaseOf(world)
        .writes()
        .filter(({ status }) => status === 503).length;
    const before = refusals();
    databaseOf(world).refuse();
    const reading = readingOf(device.name);
    await device.publish(reading);
    // One invocation makes four attempts.
    await eventually("a fifth attempt", () => refusals() - before >= 5);
    assert.deepEqual(rowsOf(world, device.name), []);
    databaseOf(world).accept();
    await stored(world, device.name, 1);
    assert.deepEqual(timesOf(world, device.name), [reading.timestamp]);
    assert.deepEqual(await setAsideFrom(world, integration, device.name), []);
  });

  it("loses nothing while the database refuses: redrive delivers each message once", async () => {
    const devices = await Promise.all(["tsdb-1", "tsdb-2"].map((name) => world.device(name)));
    const names = devices.map(({ name }) => name);
    const readings = names.map((name) => Array.from({ length: 2 }, () => readingOf(name)));
    databaseOf(world).refuse();
    await Promise.all(
      devices.flatMap((device, index) =>
        (readings[index] ?? []).map((reading) => device.publish(reading)),
      ),
    );
    await eventually("the failures queue to have all of them", async () => {
      const messages = await setAsideFrom(world, integration, ...names);
      const payloads = messages.flatMap(({ sent }) => sent.map(({ payload }) => payload));
      return new Set(payloads).size === 4;
    });
    for (const name of names) assert.deepEqual(rowsOf(world, name), []);
    databaseOf(world).accept();
    const { code, lines } = await redrive(world, integration);
    assert.equal(code, 0, lines.join("\n"));
    for (const [index, name] of names.entries()) {
      await stored(world, name, 2);
      const times = (readings[index] ?? []).map(({ timestamp }) => timestamp);
      assert.deepEqual(timesOf(world, name), times);
    }
    await world.deployment.idle();
    assert.deepEqual(await held(world, world.outputs.of[integration]?.failuresUrl), []);
  });

  it("writes on after its token changed, once the secret has the new one", async () => {
    const device = await world.device("timestream-token");
    databaseOf(world).setToken("another");
    await device.publish(readingOf(device.name));
    await eventually("the reading to be set aside", async () => {
      const messages = await setAsideFrom(world, integration, device.name);
      return messages.length > 0;
    });
    const client = world.platform.clients.get(SecretsManagerClient);
    const SecretId = world.outputs.of[integration]?.credentials;
    const SecretString = JSON.stringify({ token: "another" });
    await client.send(new PutSecretValueCommand({ SecretId, SecretString }));
    const { code, lines } = await redrive(world, integration);
    assert.equal(code, 0, lines.join("\n"));
    await stored(world, device.name, 1);
  });

  it("quarantines exactly the readings of a partial write that do not fit the table", async () => {
    const device = await world.device("timestream-partial");
    // Another writer was first with this column, and gave it another type.
    databaseOf(world).retype("iot", "telemetry", "message", "integer");
    const before = databaseOf(world).writes().length;
    const fits = Array.from({ length: 4 }, () => readingOf(device.name));
    const misfits = Array.from({ length: 3 }, () => readingOf(device.name, { message: "text" }));
    const [bytes] = await Promise.all([
      Promise.all(misfits.map((reading) => device.publish(reading))),
      Promise.all(fits.map((reading) => device.publish(reading))),
    ]);
    await stored(world, device.name, fits.length);
    const entries = await eventually("the quarantine to have the misfits", async () => {
      const found = await quarantinedFrom(world, integration, device.name);
      return found.length >= misfits.length && found;
    });
    databaseOf(world).retype("iot", "telemetry", "message", "string");
    assert.deepEqual(
      entries.map(({ payload }) => payload).sort(),
      bytes.map((sent) => sent.toString("base64")).sort(),
    );
    for (const { reason, detail } of entries) {
      assert.equal(reason, "refused-by-store");
      assert.match(detail, /^InfluxDB refused the reading: invalid column type .* 'message'/);
    }
    assert.deepEqual(
      timesOf(world, device.name),
      fits.map(({ timestamp }) => timestamp),
    );
    const statuses = databaseOf(world)
      .writes()
      .slice(before)
      .map(({ status }) => status);
    assert.ok(statuses.includes(400), statuses.join());
    assert.deepEqual(await setAsideFrom(world, integration, device.name), []);
  });
});
