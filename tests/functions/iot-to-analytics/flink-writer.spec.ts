import * as assert from "node:assert/strict";
import { createHandler, readSettings } from "../../../functions/iot-to-analytics/flink-writer";
import { mostReadings, type Window } from "../../../functions/iot-to-analytics/window";
import { kinesisEvent, receivedAt as minute, sequence } from "../../support/events";
import { logged } from "../logged";
import { ports, settings } from "./windows";

const idOf = (nth: number): string => String(nth).padStart(12, "0");

/** A result of flink/averages.sql with readings of these values. */
const resultOf = (values: Record<string, number>, deviceId = "pump-7"): string =>
  JSON.stringify({
    ...{ deviceId, windowStart: minute, count: 0, average: 0, minimum: 0, maximum: 0 },
    readings: Object.entries(values)
      .map(([id, value]) => `${id}${value}`)
      .join(","),
  });

const run = (given: ReturnType<typeof ports>, ...results: string[]) =>
  logged(() => createHandler(settings, given)(kinesisEvent(...results)));

describe("The writer of Apache Flink's results", () => {
  it("writes and publishes a result as the aggregator does", async () => {
    const given = ports();
    const { answer, counts } = await run(given, resultOf({ [idOf(1)]: 95, [idOf(2)]: 85.5 }));
    const result = {
      deviceId: "pump-7",
      field: "temperature",
      windowStart: minute,
      windowEnd: minute + 60_000,
      ...{ count: 2, average: 90.25, minimum: 85.5, maximum: 95, revision: 1 },
    };
    assert.deepEqual([...given.results.values()], [result]);
    assert.deepEqual(given.published, [
      {
        topic: "analytics/pump-7/temperature",
        message: { id: `pump-7#temperature#${minute}`, ...result },
      },
    ]);
    assert.deepEqual(answer, { batchItemFailures: [] });
    assert.deepEqual(counts, { Received: 1, Windows: 1, HighAverages: 1, Truncated: 0, Failed: 0 });
  });

  it("adds readings that come later, in the same batch with one write, and counts a repeated result once", async () => {
    const given = ports();
    const [whole, late] = [resultOf({ [idOf(1)]: 85 }), resultOf({ [idOf(2)]: 87 })];
    await run(given, whole, late, whole);
    assert.equal(given.published.length, 1);
    await run(given, whole, resultOf({ [idOf(3)]: 1e-7 }));
    const [result] = given.results.values();
    assert.deepEqual(
      [result?.count, result?.maximum, result?.minimum, result?.revision],
      [3, 87, 1e-7, 2],
    );
  });

  it("hands more readings on than a window holds, so that the table marks it as truncated", async () => {
    const written: Window[] = [];
    const given = ports({
      write: async (window) => {
        written.push(window);
        throw new Error("seen enough");
      },
    });
    const values = Object.fromEntries(
      Array.from({ length: mostReadings + 1 }, (_, nth) => [idOf(nth), 90]),
    );
    await run(given, resultOf(values));
    assert.equal(written[0]?.values.size, mostReadings + 1);
  });

  it("has the batch retried from the first result of a window that was not written, and writes the others", async () => {
    const sound = ports();
    const given = ports({
      write: (window) =>
        window.deviceId === "pump-8" ? Promise.reject(new Error("throttled")) : sound.write(window),
    });
    const { answer, counts } = await run(
      given,
      resultOf({ [idOf(1)]: 90 }),
      resultOf({ [idOf(1)]: 90 }, "pump-8"),
      resultOf({ [idOf(2)]: 90 }, "pump-8"),
    );
    assert.deepEqual(answer, { batchItemFailures: [{ itemIdentifier: sequence(2) }] });
    assert.equal(sound.results.size, 1);
    assert.deepEqual([counts?.Windows, counts?.Failed], [1, 2]);
  });

  it("fails what is no result", async () => {
    for (const other of [
      "",
      "null",
      JSON.stringify({ deviceId: "pump-7", windowStart: minute }),
      resultOf({ short: 90 }),
      JSON.stringify({ deviceId: "pump-7", windowStart: minute, readings: idOf(1) }),
      resultOf({ [idOf(1)]: NaN }),
      JSON.stringify({ deviceId: "pump-7", windowStart: minute, readings: "" }),
    ]) {
      const given = ports();
      const { answer } = await run(given, other);
      assert.deepEqual(answer, { batchItemFailures: [{ itemIdentifier: sequence(1) }] }, other);
      assert.equal(given.results.size, 0);
    }
  });

  it("reads its settings from its environment", () => {
    const env = {
      ...{
        FIELD: "temperature",
        ALARM_ABOVE: "90",
        KEEP_DAYS: "30",
        AVERAGES_TABLE_NAME: "averages",
      },
      ...{ RESULT_TOPIC_PREFIX: "analytics", FUNCTION_NAME: "writer" },
    };
    const expected = {
      ...{ field: "temperature", alarmAbove: 90, keepDays: 30, averagesTableName: "averages" },
      ...{ resultTopicPrefix: "analytics", functionName: "writer" },
    };
    assert.deepEqual(readSettings(env), expected);
  });
});
