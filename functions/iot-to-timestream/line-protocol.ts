import { columnsOf, type Column } from "../../reading/columns";
import type { Definition } from "../../reading/definition";
import { definition } from "../../reading/fields";
import type { Reading } from "../../reading/reading";
import { pointTime } from "./point";

/** Writes a reading as one line of the line protocol, with its time in ns. */
export type LineWriter = (reading: Reading, receivedAt: number) => string;

/** A table, tag or field name as the line protocol writes it. Names must not contain line breaks or end with a backslash. */
export const escapeName = (name: string): string => name.replace(/[,= ]/g, "\\$&");

/** The name of a table, in which `=` stands for itself. */
export const escapeTable = (name: string): string => name.replace(/[, ]/g, "\\$&");

/** A text of a field. Line breaks stand for themselves. */
export const quoteText = (text: string): string => `"${text.replace(/["\\]/g, "\\$&")}"`;

/**
 * Makes the function that writes readings as lines: the device as the tag, the declared fields each in the one type of its column, and
 * `receivedAt`. The type of a field never depends on its value: InfluxDB refuses an integer in a column of floats, and 40 without a
 * suffix is a float. Looks up what it needs per reading once.
 * @see https://docs.influxdata.com/influxdb3/core/reference/line-protocol/
 */
export function createLineWriter(table: string, of: Definition = definition): LineWriter {
  const fields = columnsOf(of)
    .filter(({ name, lineProtocol }) => !isKey(lineProtocol) && name !== "receivedAt")
    .map(({ name, lineProtocol }) => ({
      name,
      prefix: `${escapeName(name)}=`,
      write: valueWriter(lineProtocol),
    }));
  const [series, timeOf, nameOf] = [`${escapeTable(table)},deviceId=`, pointTime, escapeName];
  return (reading, receivedAt) => {
    const values = reading as unknown as Record<string, never>;
    let written = "";
    for (const { name, prefix, write } of fields) {
      const value = values[name];
      if (value !== undefined) written += `${written && ","}${prefix}${write(value)}`;
    }
    const time = timeOf(reading.timestamp, written);
    return `${series}${nameOf(reading.deviceId)} ${written && `${written},`}receivedAt=${receivedAt}i ${time}`;
  };
}

const isKey = (type: Column["lineProtocol"]): boolean => type === "tag" || type === "timestamp";

function valueWriter(type: Column["lineProtocol"]): (value: never) => string {
  if (type === "string") return quoteText;
  return type === "integer" ? (value: number) => `${BigInt(value)}i` : String;
}
