import type { Definition, Field } from "./definition";
import { definition } from "./fields";

/** A field of a stored reading as a column, by its type in each kind of store. */
export interface Column {
  name: string;
  /** Whether a reading may lack a value. */
  optional: boolean;
  /** The physical type in Parquet files, with the logical type where there is one. */
  parquet: "DOUBLE" | "INT64" | "BOOLEAN" | "BYTE_ARRAY (STRING)";
  /** In Glue tables, which Athena queries. @see https://docs.aws.amazon.com/athena/latest/ug/data-types.html */
  glue: "double" | "bigint" | "boolean" | "string";
  /** In Redshift; lengths are in bytes of UTF-8. @see https://docs.aws.amazon.com/redshift/latest/dg/c_Supported_data_types.html */
  redshift: string;
  /** In InfluxDB. @see https://docs.influxdata.com/influxdb/v2/reference/syntax/line-protocol/ */
  lineProtocol: "tag" | "timestamp" | "float" | "integer" | "boolean" | "string";
}

type Types = Omit<Column, "name" | "optional">;

/** The columns of a stored reading: which device, when, its fields in the order of their declaration, and when AWS IoT received it. */
export const columnsOf = ({ fields }: Definition = definition): Column[] => [
  { name: "deviceId", optional: false, ...textOf(128), lineProtocol: "tag" },
  { name: "timestamp", optional: false, ...whole, lineProtocol: "timestamp" },
  ...Object.entries(fields).map(([name, field]) => ({
    name,
    optional: field.optional ?? false,
    ...typesOf(field),
  })),
  { name: "receivedAt", optional: false, ...whole },
];

function typesOf(field: Field): Types {
  switch (field.type) {
    case "number":
      return {
        parquet: "DOUBLE",
        glue: "double",
        redshift: "DOUBLE PRECISION",
        lineProtocol: "float",
      };
    case "integer":
      return whole;
    case "boolean":
      return {
        parquet: "BOOLEAN",
        glue: "boolean",
        redshift: "BOOLEAN",
        lineProtocol: "boolean",
      };
    case "text":
      return textOf(field.mostBytes);
    case "one of":
      return textOf(Math.max(...field.values.map((value) => Buffer.byteLength(value))));
  }
}

const whole: Types = {
  parquet: "INT64",
  glue: "bigint",
  redshift: "BIGINT",
  lineProtocol: "integer",
};

const textOf = (mostBytes: number): Types => ({
  parquet: "BYTE_ARRAY (STRING)",
  glue: "string",
  redshift: `VARCHAR(${mostBytes})`,
  lineProtocol: "string",
});
