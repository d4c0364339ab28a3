import * as fc from "fast-check";
import { parquetReadObjects } from "hyparquet";
import * as assert from "node:assert/strict";
import { createHandler } from "../../functions/iot-to-quicksight";
import { definition as vehicle } from "../../examples/vehicle/fields";
import { createConverter } from "../../local/services/firehose/parquet";
import { definition } from "../../reading/fields";
import {
  dashboardColumns,
  dashboardQuery,
  lakeColumns,
  reconciliationQuery,
} from "../../reading/lake";
import { logged } from "../functions/logged";
import { envelopeOf, firehoseEvent, receivedAt } from "../support/events";
import { anyDefinition, textOf, validMembers } from "./definitions";

const lake = { database: "fleet", table: "readings" };

describe("the data lake of readings", () => {
  it("counts each reading once, over seven days, in partitions from eight days ago", () => {
    const distinct = [
      'SELECT "deviceid", "reading_time", "temperature", "humidity", "pressure", "status", "message", count(*) AS "copies"',
      'FROM "fleet"."readings"',
      "WHERE \"arrival_date\" >= CAST(CAST(current_date - INTERVAL '8' DAY AS DATE) AS VARCHAR)",
      "AND \"reading_time\" >= CAST(CAST(current_date - INTERVAL '7' DAY AS DATE) AS TIMESTAMP)",
      'GROUP BY "deviceid", "reading_time", "temperature", "humidity", "pressure", "status", "message"',
    ].join(" ");
    const hour = `date_trunc('hour', "reading_time")`;
    assert.equal(
      dashboardQuery(lake),
      [
        `WITH distinct_readings AS (${distinct})`,
        `SELECT "deviceid", ${hour} AS "hour", count(*) AS "readings", avg("temperature") AS "avg_temperature", max("temperature") AS "max_temperature", avg("humidity") AS "avg_humidity", max("humidity") AS "max_humidity", avg("pressure") AS "avg_pressure", max("pressure") AS "max_pressure"`,
        "FROM distinct_readings",
        `GROUP BY "deviceid", ${hour}`,
      ].join("\n"),
    );
    const day = `CAST(CAST("reading_time" AS DATE) AS VARCHAR)`;
    assert.equal(
      reconciliationQuery(lake),
      [
        `WITH distinct_readings AS (${distinct})`,
        `SELECT "deviceid", ${day} AS "day",`,
        `  count(*) AS "readings", CAST(sum("copies") - count(*) AS BIGINT) AS "repetitions"`,
        "FROM distinct_readings",
        `GROUP BY "deviceid", ${day}`,
        'ORDER BY "deviceid", "day"',
      ].join("\n"),
    );
  });

  it("reads one more partition for each day that a clock may be ahead", () => {
    const first = (minutesAhead: number): string | undefined =>
      /"arrival_date" >= CAST\(CAST\(current_date - INTERVAL '(\d+)'/.exec(
        dashboardQuery(lake, { ...definition, clock: { minutesAhead, daysBehind: 7 } }),
      )?.[1];
    // Objects begin up to 15 minutes before their newest record.
    assert.deepEqual([0, 1425, 1426, 1440].map(first), ["8", "8", "9", "9"]);
  });

  it("has the columns that the dashboard's query selects, for other fields too", () => {
    for (const of of [definition, vehicle]) {
      const query = dashboardQuery(lake, of);
      const [, selected = ""] = /\nSELECT (.*)\nFROM/.exec(query) ?? [];
      const names = [...selected.matchAll(/(?:^| AS )"([a-z_]+)"/g)].map(([, name]) => name);
      assert.deepEqual(
        names,
        dashboardColumns(of).map(({ name }) => name),
      );
    }
  });

  it("has lower-case columns that differ from each other and from the partition, of any definition", () =>
    fc.assert(
      fc.property(anyDefinition, (of) => {
        const names = [...lakeColumns(of).map(({ name }) => name), "arrival_date"];
        assert.equal(new Set(names).size, names.length);
        assert.ok(names.every((name) => name === name.toLowerCase()));
      }),
    ));

  it("holds every value of every reading that the transformer accepts", async () => {
    const converter = createConverter(lakeColumns(), {
      inputFormatConfiguration: { deserializer: { openXJsonSerDe: {} } },
      outputFormatConfiguration: { serializer: { parquetSerDe: {} } },
      schemaConfiguration: { databaseName: "fleet", tableName: "readings", roleArn: "role" },
    });
    const transform = createHandler(
      { quarantineQueueUrl: "unused" },
      { quarantine: async () => [] },
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(validMembers(definition), { minLength: 1, maxLength: 10 }),
        async (messages) => {
          const bodies = messages.map((one) => envelopeOf(Buffer.from(textOf(one))));
          const { answer } = await logged(() => transform(firehoseEvent(...bodies)));
          const rows = answer.records.map(({ result, data }) => {
            assert.equal(result, "Ok");
            return Buffer.from(data ?? "", "base64");
          });
          const written = converter.write(rows.flatMap((row) => converter.rowsOf(row)));
          const read = await parquetReadObjects({ file: written.buffer as ArrayBuffer });
          assert.deepEqual(read, rows.map(columnsOfRow));
        },
      ),
      { numRuns: 50 },
    );
  });
});

/** What the lake has to hold of a row, by column. */
function columnsOfRow(row: Buffer): Record<string, unknown> {
  const { timestamp, temperature, humidity, pressure, status, message } = JSON.parse(
    row.toString(),
  ) as Record<string, unknown>;
  return {
    deviceid: "pump-7",
    timestamp: BigInt(timestamp as number),
    ...{ temperature, humidity, pressure, status, message: message ?? null },
    receivedat: BigInt(receivedAt),
    reading_time: new Date(timestamp as number),
  };
}
