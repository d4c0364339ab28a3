import * as assert from "node:assert/strict";
import { definition as vehicle } from "../../examples/vehicle/fields";
import { columnsOf, type Column } from "../../reading/columns";
import type { Definition } from "../../reading/definition";

const described = ({ name, optional, parquet, glue, redshift, lineProtocol }: Column): string =>
  [name, optional ? "optional" : "required", parquet, glue, redshift, lineProtocol].join(", ");

describe("the columns of a reading", () => {
  it("are those of the default fields", () =>
    assert.deepEqual(columnsOf().map(described), [
      "deviceId, required, BYTE_ARRAY (STRING), string, VARCHAR(128), tag",
      "timestamp, required, INT64, bigint, BIGINT, timestamp",
      "temperature, required, DOUBLE, double, DOUBLE PRECISION, float",
      "humidity, required, DOUBLE, double, DOUBLE PRECISION, float",
      "pressure, required, DOUBLE, double, DOUBLE PRECISION, float",
      "status, required, BYTE_ARRAY (STRING), string, VARCHAR(8), string",
      "message, optional, BYTE_ARRAY (STRING), string, VARCHAR(4096), string",
      "receivedAt, required, INT64, bigint, BIGINT, integer",
    ]));

  it("have a whole number and a boolean in types of their own", () =>
    assert.deepEqual(
      columnsOf(vehicle)
        .map(described)
        .filter((text) => /^(fuel|fault),/.test(text)),
      [
        "fuel, optional, INT64, bigint, BIGINT, integer",
        "fault, required, BOOLEAN, boolean, BOOLEAN, boolean",
      ],
    ));

  it("are as long as the longest choice, in bytes of UTF-8", () => {
    const level = { type: "one of", values: ["low", "hoch", "élevé"] } as const;
    const of: Definition = { fields: { level }, unknownFields: "ignored" };
    assert.deepEqual(
      columnsOf(of).map(({ redshift }) => redshift),
      ["VARCHAR(128)", "BIGINT", "VARCHAR(7)", "BIGINT"],
    );
  });
});
