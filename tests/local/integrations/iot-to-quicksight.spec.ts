import { DeleteTableCommand, GlueClient } from "@aws-sdk/client-glue";
import * as assert from "node:assert/strict";
import { checkQueries } from "../../../local/audit/integrations/iot-to-quicksight";
import { hasQueryEngine, runQuery } from "../../../local/services/athena";
import { dashboardQuery, reconciliationQuery } from "../../../reading/lake";
import { installMilliseconds } from "../../support/emulator";
import { eventually } from "./eventually";
import { illegible, unfit } from "./invalid";
import { keysIn, rowsOf, timesIn } from "./lake";
import { redrive } from "./operator";
import { assertQuarantined } from "./quarantine";
import { held, setAsideFrom } from "./queues";
import { readingOf } from "./readings";
import { deployed, type World } from "./world";

const integration = "iot-to-quicksight";
const validator = "iot-to-quicksight-transformer";

describe("iot-to-quicksight on this machine", function () {
  this.timeout(120_000);
  let world: World;

  before(async function () {
    this.timeout(installMilliseconds);
    world = await deployed("iot-to-quicksight");
    await world.deployment.idle();
  });

  it("writes a reading to the folder of its date of arrival, every value in its type", async () => {
    const device = await world.device("lake-delivery");
    const reading = readingOf(device.name, { temperature: -0.25, message: "Öl läuft ab" });
    // Other specs may have written on another day.
    const earlier = new Set(await keysIn(world, "readings/"));
    const before = Date.now();
    await device.publish(reading);
    const [row, ...others] = await rowsOf(world, device.name);
    const receivedAt = Number(row?.["receivedat"]);
    assert.ok(receivedAt >= before && receivedAt <= Date.now(), `Received at ${receivedAt}.`);
    assert.deepEqual(others, []);
    assert.deepEqual(row, {
      deviceid: "lake-delivery",
      timestamp: BigInt(reading.timestamp),
      temperature: -0.25,
      humidity: 40,
      pressure: 1013.25,
      status: "ok",
      message: "Öl läuft ab",
      receivedat: BigInt(receivedAt),
      reading_time: new Date(reading.timestamp),
    });
    const dates = new Set(
      [before, Date.now()].map((at) => new Date(at).toISOString().slice(0, 10)),
    );
    const keys = (await keysIn(world, "readings/")).filter((key) => !earlier.has(key));
    assert.ok(keys.length > 0);
    for (const key of keys) {
      assert.ok(dates.has(key.split("/")[1]?.replace("arrival_date=", "") ?? ""), key);
      assert.match(key, /\.parquet$/);
    }
  });

  it("keeps every message of a burst, with late, repeated and out-of-order messages", async () => {
    const device = await world.device("lake-order");
    const late = readingOf(device.name, { timestamp: Date.now() - 6 * 86_400_000 });
    const readings = [late, ...Array.from({ length: 24 }, () => readingOf(device.name))].reverse();
    const [first] = readings;
    assert.ok(first);
    await Promise.all([...readings, first, first].map((reading) => device.publish(reading)));
    const expected = [...readings, first, first].map(({ timestamp }) => timestamp);
    assert.deepEqual(await timesIn(world, device.name), expected.sort());
  });

  it("quarantines each invalid message for its reason, with its bytes, at the first attempt", async () => {
    const name = "lake-invalid";
    const invalid = [...illegible(name), ...unfit(name)];
    // The delivery stream invokes the transformer when it delivers its buffer.
    let done = false;
    const flushing = (async () => {
      while (!done) await world.deployment.idle();
    })();
    await assertQuarantined(world, { integration, validator }, name, invalid).finally(
      () => (done = true),
    );
    await flushing;
    assert.deepEqual(await timesIn(world, name), []);
  });

  it("loses nothing while the table is missing: redrive delivers each message once", async () => {
    const device = await world.device("lake-gone");
    const readings = Array.from({ length: 12 }, () => readingOf(device.name));
    const table = world.resource("aws:glue/catalogTable:CatalogTable", "iot-to-quicksight-lake");
    const { name: Name, databaseName: DatabaseName } = table.plain as Record<string, string>;
    await world.platform.clients
      .get(GlueClient)
      .send(new DeleteTableCommand({ DatabaseName, Name }));
    const sent = await Promise.all(readings.map((reading) => device.publish(reading)));
    await world.deployment.idle();
    const bytesOf = (messages: Awaited<ReturnType<typeof setAsideFrom>>) =>
      messages.flatMap((message) => message.sent.map(({ payload }) => payload));
    const kept = await eventually("the records in the failures queue", async () => {
      const found = await setAsideFrom(world, integration, device.name);
      return bytesOf(found).length >= sent.length && found;
    });
    assert.deepEqual(bytesOf(kept).sort(), sent.map((bytes) => bytes.toString("base64")).sort());
    const errors = await keysIn(world, "errors/");
    assert.ok(errors.length > 0);
    assert.ok(errors.every((key) => key.startsWith("errors/format-conversion-failed/")));
    assert.deepEqual(await timesIn(world, device.name), []);
    await world.create(table);
    const { code, lines } = await redrive(world, integration);
    assert.deepEqual(
      [code, lines.at(-1)],
      [0, `${kept.length} redriven, 0 left`],
      lines.join("\n"),
    );
    assert.deepEqual(
      await timesIn(world, device.name),
      readings.map(({ timestamp }) => timestamp),
    );
    assert.deepEqual(await held(world, world.outputs.of[integration]?.failuresUrl), []);
    assert.deepEqual(await keysIn(world, "errors/"), []);
  });

  it("answers the dashboard's query and the reconciliation with what was published, each reading once", async function () {
    const { workgroup = "", database = "", table = "" } = world.outputs.of[integration] ?? {};
    const { clients } = world.platform;
    // Installed by `npm run athena`.
    if (!(await hasQueryEngine(clients, workgroup))) this.skip();
    const device = await world.device("lake-queries");
    const hour = Math.floor(Date.now() / 3_600_000) * 3_600_000 - 26 * 3_600_000;
    const at = (offset: number, temperature: number) =>
      readingOf(device.name, { timestamp: hour + offset, temperature });
    const readings = [at(1, 20), at(2, 40), at(3_599_999, 30), at(3_600_000, -5)];
    const late = at(-5 * 86_400_000, 99);
    for (const reading of [...readings, at(1, 20), late]) await device.publish(reading);
    await rowsOf(world, device.name);
    const own = async (query: string) => {
      const rows = await runQuery(clients, { workgroup, query });
      return rows.filter(({ deviceid }) => deviceid === device.name);
    };
    const hours = await own(dashboardQuery({ database, table }));
    const covered = hours.filter(({ hour: of }) => Date.parse(`${of?.replace(" ", "T")}Z`) >= hour);
    assert.deepEqual(
      covered
        .map(({ readings: count, avg_temperature: average, max_temperature: highest }) => [
          Number(count),
          Number(average),
          Number(highest),
        ])
        .sort(),
      [
        [1, -5, -5],
        [3, 30, 40],
      ],
    );
    const days = await own(reconciliationQuery({ database, table }));
    const total = (name: string) => days.reduce((sum, row) => sum + Number(row[name]), 0);
    assert.deepEqual([total("readings"), total("repetitions")], [5, 1]);
    const { passed, sentence } = await checkQueries(world);
    assert.ok(passed, sentence);
    assert.match(sentence, /both match the \d+ rows of the lake/);
  });
});
