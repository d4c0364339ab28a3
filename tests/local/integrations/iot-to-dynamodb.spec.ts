import { KinesisClient, PutRecordCommand } from "@aws-sdk/client-kinesis";
import * as assert from "node:assert/strict";
import { installMilliseconds } from "../../support/emulator";
import { eventually, one } from "./eventually";
import { watch } from "./functions";
import { readingId } from "../../../functions/shared/reading-id";
import { readingKeyOf } from "../../reading/stored";
import { illegible, unfit } from "./invalid";
import { redrive } from "./operator";
import { assertQuarantined } from "./quarantine";
import { held, quarantinedAs, setAsideFrom } from "./queues";
import { readingOf } from "./readings";
import { historyOf, removeTable, stateAt, stateOf, timesOf } from "./tables";
import { deployed, type World } from "./world";

const integration = "iot-to-dynamodb";
const validator = "iot-to-dynamodb-state-writer";
const day = 86_400;

describe("iot-to-dynamodb on this machine", function () {
  this.timeout(120_000);
  let world: World;

  before(async function () {
    this.timeout(installMilliseconds);
    world = await deployed("iot-to-dynamodb");
    await world.deployment.idle();
  });

  it("stores a reading in the history and as the device's state, every value in its type", async () => {
    const device = await world.device("dynamodb-delivery");
    const reading = readingOf(device.name, { temperature: -0.25, message: "Öl läuft ab" });
    const before = Date.now();
    await device.publish(reading);
    const state = await stateAt(world, device.name, reading.timestamp);
    const receivedAt = Number(state.receivedAt?.N);
    assert.ok(receivedAt >= before && receivedAt <= Date.now(), `Received at ${receivedAt}.`);
    const item = {
      deviceId: { S: "dynamodb-delivery" },
      timestamp: { N: String(reading.timestamp) },
      temperature: { N: "-0.25" },
      humidity: { N: "40" },
      pressure: { N: "1013.25" },
      status: { S: "ok" },
      message: { S: "Öl läuft ab" },
      receivedAt: { N: String(receivedAt) },
    };
    assert.deepEqual(state, {
      ...item,
      listing: { S: "devices" },
      precedence: { S: `1-${readingId(reading)}` },
    });
    const expiresAt = Math.floor(receivedAt / 1000) + 30 * day;
    assert.deepEqual(await historyOf(world, device.name), [
      {
        ...item,
        expiresAt: { N: String(expiresAt) },
        readingKey: { S: readingKeyOf(reading.timestamp, JSON.stringify(reading)) },
      },
    ]);
  });

  it("stores only the fields of a reading", async () => {
    const device = await world.device("dynamodb-fields");
    const reading = readingOf(device.name, { status: "warning" });
    await device.publish({ ...reading, colour: "red", nested: { expiresAt: 1 } });
    const state = await stateAt(world, device.name, reading.timestamp);
    const fields = [...Object.keys(reading), "receivedAt"];
    assert.deepEqual(Object.keys(state).sort(), [...fields, "listing", "precedence"].sort());
    const [item = {}] = await historyOf(world, device.name);
    assert.deepEqual(Object.keys(item).sort(), [...fields, "expiresAt", "readingKey"].sort());
  });

  it("quarantines each invalid message for its reason, with its bytes, at the first attempt", async () => {
    const name = "dynamodb-invalid";
    const invalid = [...illegible(name), ...unfit(name)];
    await assertQuarantined(world, { integration, validator }, name, invalid);
    assert.deepEqual(await historyOf(world, name), []);
    assert.equal(await stateOf(world, name), undefined);
  });

  it("quarantines records that no rule put onto the stream", async () => {
    const { plain } = world.resource("aws:kinesis/stream:Stream", "telemetry");
    const StreamName = plain.name as string;
    const Data = Buffer.from([0xff, 0x00]);
    await world.platform.clients
      .get(KinesisClient)
      .send(new PutRecordCommand({ StreamName, PartitionKey: "stranger", Data }));
    const entry = await eventually("the quarantine to have it", async () =>
      one(await quarantinedAs(world, integration, Data)),
    );
    assert.deepEqual(entry, {
      reason: "not-an-envelope",
      detail: "The message did not come from a rule of this program.",
      payload: Data.toString("base64"),
    });
  });

  it("keeps the newest state and each reading once, for late, repeated and out-of-order messages", async () => {
    const device = await world.device("dynamodb-order");
    const [t1, t2, t3, t4] = [1, 2, 3, 4].map((n) => readingOf(device.name, { temperature: n }));
    assert.ok(t1 && t2 && t3 && t4);
    for (const reading of [t3, t1, t2, t3]) await device.publish(reading);
    const state = await stateAt(world, device.name, t3.timestamp);
    await world.deployment.idle();
    // What comes now meets the state that is written: first what is older than it, then what it was written from.
    const watched = watch(world, validator);
    let handled = 0;
    for (const late of [[t2, t1], [t3]]) {
      for (const reading of late) await device.publish(reading);
      handled += late.length;
      await eventually("the state writer to have seen it", () => watched.handled() === handled);
      assert.deepEqual(await stateOf(world, device.name), state);
    }
    watched.stop();
    const inOrder = [t1, t2, t3].map(({ timestamp }) => timestamp);
    assert.deepEqual(await timesOf(world, device.name), inOrder);
    await device.publish(t4);
    assert.deepEqual((await stateAt(world, device.name, t4.timestamp)).temperature, { N: "4" });
  });

  it("keeps both of two readings with one time, and the more serious one as the state, in any order", async () => {
    const device = await world.device("dynamodb-twins");
    const ok = readingOf(device.name, { status: "ok" });
    const critical = { ...ok, status: "critical" as const };
    for (const reading of [critical, ok, critical, ok]) await device.publish(reading);
    await world.deployment.idle();
    const history = await historyOf(world, device.name);
    assert.deepEqual(history.map(({ status }) => status?.S).sort(), ["critical", "ok"]);
    assert.deepEqual((await stateOf(world, device.name))?.status, { S: "critical" });
  });

  it("stores numbers that a table refuses as those that it takes", async () => {
    const device = await world.device("dynamodb-numbers");
    const reading = readingOf(device.name);
    const text = JSON.stringify(reading)
      .replace('"temperature":21.5', '"temperature":-9e-131')
      .replace('"humidity":40', `"humidity":0.${"3".repeat(70)}`);
    await device.publish(Buffer.from(text));
    const state = await stateAt(world, device.name, reading.timestamp);
    assert.deepEqual([state.temperature, state.humidity], [{ N: "0" }, { N: String(1 / 3) }]);
    await world.deployment.idle();
    const [item = {}] = await historyOf(world, device.name);
    assert.deepEqual([item.temperature, item.humidity], [{ N: "0" }, { N: `0.${"3".repeat(20)}` }]);
  });

  it("loses nothing while its tables are missing: redrive delivers each message once", async () => {
    const devices = await Promise.all(["gone-1", "gone-2"].map((name) => world.device(name)));
    const names = devices.map(({ name }) => name);
    const readings = names.map((name) => Array.from({ length: 5 }, () => readingOf(name)));
    const rebuild = [
      await removeTable(world, "iot-to-dynamodb-history"),
      await removeTable(world, "iot-to-dynamodb-state"),
    ];
    for (const [index, device] of devices.entries())
      await Promise.all((readings[index] ?? []).map((reading) => device.publish(reading)));

    /** Distinct messages that the rule's error action keeps, and those that the stream's mapping keeps in S3. */
    const kept = async (): Promise<[number, number]> => {
      const messages = await setAsideFrom(world, integration, ...names);
      const inObjects = messages.filter(({ objects }) => objects.length > 0);
      const byRule = messages.filter(({ objects }) => objects.length === 0);
      const distinct = (some: typeof messages): number =>
        new Set(some.flatMap(({ sent }) => sent.map(({ payload }) => payload))).size;
      return [distinct(byRule), distinct(inObjects)];
    };
    await eventually("the failures queue to have all of them both ways", async () => {
      const [byRule, byMapping] = await kept();
      return byRule === 10 && byMapping === 10;
    });

    for (const make of rebuild) await make();
    const { code, lines } = await redrive(world, integration);
    assert.equal(code, 0, lines.join("\n"));
    for (const [index, name] of names.entries()) {
      const times = (readings[index] ?? []).map(({ timestamp }) => timestamp);
      await stateAt(world, name, Math.max(...times));
      assert.deepEqual(await timesOf(world, name), times);
    }
    await world.deployment.idle();
    assert.deepEqual(await held(world, world.outputs.of[integration]?.failuresUrl), []);
  });
});
