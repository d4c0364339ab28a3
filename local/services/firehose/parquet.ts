import { parquetWriteBuffer, type ColumnSource } from "hyparquet-writer";
import { isObject, parseJson, type Json } from "../delivery/json";
import type { ConversionInputs } from "./delivery-inputs";

/** A column of a Glue table, by its Hive type. */
export interface Column {
  name: string;
  type: string;
}

type Row = (Json | bigint | Date)[];

export interface ParquetConverter {
  /** Rows of a record, which may hold several JSON objects one after another. Throws for what does not fit the schema. */
  rowsOf: (data: Buffer) => Row[];
  /** One object with these rows. */
  write: (rows: readonly Row[]) => Uint8Array;
}

type Kind = {
  parquet: NonNullable<ColumnSource["type"]>;
  read: (value: Json) => Json | bigint | Date | undefined;
};

const whole = (value: Json): number | undefined => {
  const number = Number(value);
  return Number.isInteger(number) && typeof value !== "boolean" ? number : undefined;
};
const real = (value: Json): number | undefined =>
  typeof value === "boolean" || Number.isNaN(Number(value)) ? undefined : Number(value);
const text = (value: Json): string => (typeof value === "string" ? value : JSON.stringify(value));

const kinds: Record<string, Kind> = {
  string: { parquet: "STRING", read: text },
  boolean: {
    parquet: "BOOLEAN",
    read: (value) => (typeof value === "boolean" ? value : undefined),
  },
  int: { parquet: "INT32", read: whole },
  bigint: {
    parquet: "INT64",
    read: (value) => {
      const number = whole(value);
      // Texts keep what a number would have lost.
      return number === undefined ? undefined : BigInt(typeof value === "string" ? value : number);
    },
  },
  float: { parquet: "FLOAT", read: real },
  double: { parquet: "DOUBLE", read: real },
  timestamp: {
    parquet: "TIMESTAMP",
    read: (value) => {
      // OpenX takes seconds, with or without a fraction, milliseconds, and texts.
      const number = real(value);
      const date = new Date(
        number === undefined
          ? text(value).replace(" ", "T")
          : number < 1e11
            ? number * 1000
            : number,
      );
      return Number.isNaN(date.getTime()) ? undefined : date;
    },
  },
};

/**
 * Converts JSON to Parquet by a table's columns, as the OpenX deserializer reads it. Arrays, structs, maps, dates and decimals are left
 * out; throws one sentence for them.
 * @see https://docs.aws.amazon.com/firehose/latest/dev/record-format-conversion.html
 */
export function createConverter(
  columns: readonly Column[],
  { inputFormatConfiguration, outputFormatConfiguration }: ConversionInputs,
): ParquetConverter {
  const known = columns.map(({ name, type }) => {
    const kind = kinds[type.toLowerCase()];
    if (!kind) throw new Error(`Column ${name} is of type ${type}, which the local run lacks.`);
    return { name, kind };
  });
  const {
    caseInsensitive = true,
    columnToJsonKeyMappings = {},
    convertDotsInJsonKeysToUnderscores = false,
  } = inputFormatConfiguration.deserializer.openXJsonSerDe ?? {};
  const { compression = "SNAPPY" } = outputFormatConfiguration.serializer.parquetSerDe ?? {};
  const keyOf = (key: string): string => {
    const plain = convertDotsInJsonKeysToUnderscores ? key.replaceAll(".", "_") : key;
    return caseInsensitive ? plain.toLowerCase() : plain;
  };

  function rowOf(document: Record<string, Json>): Row {
    const values = new Map(Object.entries(document).map(([key, value]) => [keyOf(key), value]));
    return known.map(({ name, kind }) => {
      const value = values.get(keyOf(columnToJsonKeyMappings[name] ?? name)) ?? null;
      if (value === null) return null;
      const read = kind.read(value);
      if (read === undefined)
        throw new Error(`${JSON.stringify(value)} does not fit column ${name}.`);
      return read;
    });
  }

  return {
    rowsOf: (data) => documentsOf(data.toString()).map(rowOf),
    write: (rows) =>
      new Uint8Array(
        parquetWriteBuffer({
          codec: compression as "SNAPPY",
          columnData: known.map(({ name, kind }, place) => ({
            name,
            type: kind.parquet,
            nullable: true,
            data: rows.map((row) => row[place] ?? null),
          })),
        }),
      ),
  };
}

/** The JSON objects of a record, with or without line breaks between them. */
function documentsOf(data: string): Record<string, Json>[] {
  const single = parseJson(data);
  if (isObject(single)) return [single];
  const documents: Record<string, Json>[] = [];
  let start = 0;
  // A closing brace may end a document or stand inside it: the first end that parses is the end.
  for (let end = data.indexOf("}"); end >= 0; end = data.indexOf("}", end + 1)) {
    const document = parseJson(data.slice(start, end + 1));
    if (!isObject(document)) continue;
    documents.push(document);
    start = end + 1;
  }
  if (documents.length === 0 || data.slice(start).trim() !== "")
    throw new Error("The record is not made of JSON objects.");
  return documents;
}
