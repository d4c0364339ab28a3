import * as assert from "node:assert/strict";
import { parquetReadObjects } from "hyparquet";
import type { ConversionInputs } from "../../../../local/services/firehose/delivery-inputs";
import { createConverter, type Column } from "../../../../local/services/firehose/parquet";

type OpenX = ConversionInputs["inputFormatConfiguration"]["deserializer"]["openXJsonSerDe"];

const converter = (columns: Column[], openXJsonSerDe: OpenX = {}) =>
  createConverter(columns, {
    inputFormatConfiguration: { deserializer: { openXJsonSerDe } },
    outputFormatConfiguration: { serializer: { parquetSerDe: {} } },
    schemaConfiguration: { databaseName: "d", tableName: "t", roleArn: "r" },
  });

const columns: Column[] = [
  { name: "deviceid", type: "string" },
  { name: "temperature", type: "double" },
  { name: "count", type: "int" },
  { name: "big", type: "bigint" },
  { name: "ok", type: "boolean" },
  { name: "at", type: "timestamp" },
];

const read = async (bytes: Uint8Array): Promise<unknown[]> =>
  parquetReadObjects({ file: bytes.buffer.slice(0) as ArrayBuffer });

describe("Parquet conversion", () => {
  it("writes each value in its column's type, and null for missing values", async () => {
    const { rowsOf, write } = converter(columns);
    const rows = rowsOf(
      Buffer.from(
        JSON.stringify({
          deviceId: "p-1",
          temperature: 21.5,
          count: 3,
          big: 9_007_199_254_740_991,
          ok: true,
          at: "2026-03-09 04:05:06.007Z",
          unknown: "left out",
        }) + `\n{"deviceId":{"a":1}}`,
      ),
    );
    assert.deepEqual(await read(write(rows)), [
      {
        deviceid: "p-1",
        temperature: 21.5,
        count: 3,
        big: 9_007_199_254_740_991n,
        ok: true,
        at: new Date("2026-03-09T04:05:06.007Z"),
      },
      { deviceid: `{"a":1}`, temperature: null, count: null, big: null, ok: null, at: null },
    ]);
  });

  it("reads times in seconds and in milliseconds", () => {
    const { rowsOf } = converter([{ name: "at", type: "timestamp" }]);
    const moment = new Date("2026-03-09T04:05:06Z");
    for (const at of [moment.getTime() / 1000, moment.getTime(), moment.toISOString()])
      assert.deepEqual(rowsOf(Buffer.from(JSON.stringify({ at }))), [[moment]]);
  });

  it("finds a column under the key that it is mapped to", () => {
    const { rowsOf } = converter([{ name: "device_id", type: "string" }], {
      columnToJsonKeyMappings: { device_id: "DeviceId" },
    });
    assert.deepEqual(rowsOf(Buffer.from(`{"DEVICEID":"p-1"}`)), [["p-1"]]);
    const dots = converter([{ name: "a_b", type: "int" }], {
      convertDotsInJsonKeysToUnderscores: true,
    });
    assert.deepEqual(dots.rowsOf(Buffer.from(`{"a.b":1}`)), [[1]]);
    const strict = converter([{ name: "a", type: "int" }], { caseInsensitive: false });
    assert.deepEqual(strict.rowsOf(Buffer.from(`{"A":1}`)), [[null]]);
  });

  it("splits JSON objects without separators", () => {
    const { rowsOf } = converter([{ name: "a", type: "string" }]);
    assert.deepEqual(rowsOf(Buffer.from(`{"a":"}{"}{"a":"2"}\n`)), [["}{"], ["2"]]);
  });

  for (const [what, text, sentence] of [
    ["no JSON", "pump", "The record is not made of JSON objects."],
    ["half an object", `{"count":1}{"count"`, "The record is not made of JSON objects."],
    ["an array", "[1]", "The record is not made of JSON objects."],
    ["a text in a number's column", `{"count":"many"}`, `"many" does not fit column count.`],
    ["a fraction in an integer's column", `{"count":1.5}`, "1.5 does not fit column count."],
    ["a number in a boolean's column", `{"ok":1}`, "1 does not fit column ok."],
    ["no time", `{"at":"noon"}`, `"noon" does not fit column at.`],
  ] as const) {
    it(`refuses ${what}`, () =>
      assert.throws(() => converter(columns).rowsOf(Buffer.from(text)), { message: sentence }));
  }

  it("refuses a type that it cannot write", () => {
    assert.throws(() => converter([{ name: "a", type: "array<int>" }]), {
      message: "Column a is of type array<int>, which the local run lacks.",
    });
  });
});
