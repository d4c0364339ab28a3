import * as assert from "node:assert/strict";
import type { InfluxdbResponse } from "../../functions/iot-to-timestream/influxdb-responses";
import { createLinesWriter } from "../../functions/iot-to-timestream/influxdb-write";
import { createLineWriter } from "../../functions/iot-to-timestream/line-protocol";
import { createRandom } from "../../local/devices/random";
import type { Reading } from "../../reading/reading";
import { receivedAt } from "../support/events";
import { startInfluxd, startVictoria, type Database } from "./databases";

const count = 100_000;
const devices = 50;
const texts = ["hot", 'a "quoted" text', "back\\slash", "comma, equals=, space", "Öl\nläuft", ""];

/** Readings of 50 devices, each with its own millisecond, some with a text that needs escapes. */
function generated(): Reading[] {
  const random = createRandom(17);
  const within = (least: number, most: number): number => random.between(least, most);
  return Array.from({ length: count }, (_, nth): Reading => {
    const text = texts[nth % 10];
    return {
      deviceId: `pump:${nth % devices}_a-Z`,
      timestamp: receivedAt - nth,
      // Whole numbers are floats too.
      temperature: nth % 3 === 0 ? Math.floor(within(-100, 200)) || 1 : within(-100, 200),
      humidity: nth % 7 === 0 ? 1e-20 : within(0, 100),
      pressure: within(300, 1100),
      status: (["ok", "warning", "critical"] as const)[nth % 3] ?? "ok",
      ...(text !== undefined && { message: text }),
    };
  });
}

const rounded = (value: number): number => Math.round(value * 1e4) / 1e4;

const noPause = async (): Promise<void> => undefined;

async function writeAll(database: Database, readings: Reading[]): Promise<void> {
  const lineOf = createLineWriter("telemetry");
  const write = createLinesWriter((lines) => database.post(lines), noPause);
  for (let from = 0; from < readings.length; from += 5000) {
    const lines = readings.slice(from, from + 5000).map((one) => lineOf(one, receivedAt));
    assert.deepEqual(await write(lines), []);
  }
}

describe("InfluxDB of Debian", function () {
  this.timeout(300_000);
  let influxdb: Database;
  before(async () => {
    influxdb = await startInfluxd();
  });
  after(() => influxdb.stop());

  const query = async (q: string): Promise<Record<string, unknown>[]> => {
    const parameters = new URLSearchParams({ db: "iot", epoch: "ms", q });
    const response = await fetch(`${influxdb.url}/query?${parameters.toString()}`);
    const { results } = (await response.json()) as {
      results: { series?: { columns: string[]; values: unknown[][] }[] }[];
    };
    return (results[0]?.series ?? []).flatMap(({ columns, values }) =>
      values.map((row) => Object.fromEntries(columns.map((name, at) => [name, row[at]]))),
    );
  };

  it(`returns every value of ${count} readings, texts included`, async () => {
    const readings = generated();
    await writeAll(influxdb, readings);
    const found = new Map<number, Record<string, unknown>>();
    for (let device = 0; device < devices; device++)
      for (const row of await query(
        `SELECT * FROM telemetry WHERE deviceId = 'pump:${device}_a-Z'`,
      ))
        found.set(row.time as number, row);
    assert.equal(found.size, count);
    for (const { timestamp, ...values } of readings) {
      const { time, receivedAt: received, message, ...stored } = found.get(timestamp) ?? {};
      assert.equal(time, timestamp);
      assert.equal(received, receivedAt);
      const { message: sent = null, ...others } = values;
      assert.equal(message, sent);
      assert.deepEqual(stored, others);
    }
  });

  it("stores a repetition once, and both of two of the same time", async () => {
    const lineOf = createLineWriter("twins");
    const [one] = generated() as [Reading];
    const lines = [one, { ...one, temperature: 1.5 }, one].map((each) => lineOf(each, receivedAt));
    await influxdb.post(lines);
    await influxdb.post(lines);
    assert.equal((await query("SELECT * FROM twins")).length, 2);
  });

  it("refuses an integer in a column of floats, which the writer never sends", async () => {
    const lineOf = createLineWriter("typed");
    const [one] = generated() as [Reading];
    for (const temperature of [40, 40.5, -0.25, 1e-20])
      assert.equal(
        (await influxdb.post([lineOf({ ...one, temperature }, receivedAt)])).status,
        204,
      );
    const { status, body } = await influxdb.post([
      `typed,deviceId=x temperature=40i ${receivedAt}000000`,
    ]);
    assert.equal(status, 400);
    assert.match(body, /field type conflict/);
  });

  it("keeps all good lines where the writer finds the bad ones by halving", async () => {
    const lineOf = createLineWriter("halved");
    const readings = generated().slice(0, 200);
    const bad = new Set([0, 77, 78, 199]);
    const lines = readings.map((one, index) =>
      bad.has(index) ? "halved,deviceId=x temperature= 1" : lineOf(one, receivedAt),
    );
    // Version 1 answers like version 2, in other words.
    const post = async (some: readonly string[]): Promise<InfluxdbResponse> => {
      const response = await influxdb.post(some);
      const { error } = (response.status === 400 ? JSON.parse(response.body) : {}) as {
        error?: string;
      };
      return { ...response, body: JSON.stringify({ code: "invalid", message: error }) };
    };
    const refused = await createLinesWriter(post, noPause)(lines);
    assert.deepEqual(
      refused.map(({ index }) => index),
      [...bad],
    );
    for (const { reason } of refused) assert.match(reason, /unable to parse/);
    assert.equal((await query("SELECT * FROM halved")).length, readings.length - bad.size);
  });
});

describe("VictoriaMetrics of Debian", function () {
  this.timeout(300_000);
  let victoria: Database;
  before(async () => {
    victoria = await startVictoria();
  });
  after(() => victoria.stop());

  it(`returns every number of ${count} readings, written as to InfluxDB 2`, async () => {
    // It drops lines with a text that has a line break, without an error, against the line protocol.
    // It rounds numbers that it stores beside much smaller ones, so these have four decimal places, as sensors send them.
    const readings = generated().map(({ message, ...one }): Reading => ({
      ...one,
      temperature: rounded(one.temperature),
      humidity: rounded(one.humidity),
      pressure: rounded(one.pressure),
      ...(message !== undefined && { message: message.replaceAll("\n", " ") }),
    }));
    await writeAll(victoria, readings);
    await fetch(`${victoria.url}/internal/force_flush`);
    for (const field of ["temperature", "humidity", "pressure"] as const) {
      const match = encodeURIComponent(`telemetry_${field}`);
      const text = await (
        await fetch(`${victoria.url}/api/v1/export?match[]=${match}&start=0`)
      ).text();
      const found = new Map<string, number>();
      for (const line of text.trim().split("\n")) {
        const { metric, values, timestamps } = JSON.parse(line) as {
          metric: { deviceId: string };
          values: number[];
          timestamps: number[];
        };
        values.forEach((value, at) => found.set(`${metric.deviceId}#${timestamps[at]}`, value));
      }
      assert.equal(found.size, count, field);
      for (const reading of readings)
        assert.equal(found.get(`${reading.deviceId}#${reading.timestamp}`), reading[field]);
    }
  });
});
