import type { LakeRow } from "../../operations/sinks/lake";
import type { Definition } from "../../reading/definition";
import { definition } from "../../reading/fields";
import { averageOf, maximumOf, measuredFields } from "../../reading/lake";

const day = 86_400_000;
const hour = 3_600_000;

const timeOf = (row: LakeRow): number => Number(row["timestamp"]);

/** A value of a row, whose integers are BigInt, which JSON does not know. */
const text = (value: unknown): string =>
  typeof value === "bigint" ? value.toString() : JSON.stringify(value ?? null);

/** The rows that the queries of the lake cover: those of the last seven days and of today, in UTC. */
const covered = (rows: readonly LakeRow[], now: number): LakeRow[] =>
  rows.filter((row) => timeOf(row) >= Math.floor(now / day) * day - 7 * day);

/** Each reading with its number of copies. Two rows are the same reading if their device, time and fields are the same. */
function copiesOf(rows: readonly LakeRow[], { fields }: Definition): Map<string, LakeRow[]> {
  const names = ["deviceid", "timestamp", ...Object.keys(fields).map((name) => name.toLowerCase())];
  return groupBy(rows, (row) => JSON.stringify(names.map((name) => text(row[name]))));
}

function groupBy(rows: readonly LakeRow[], keyOf: (row: LakeRow) => string) {
  const groups = new Map<string, LakeRow[]>();
  for (const row of rows) {
    const key = keyOf(row);
    groups.set(key, [...(groups.get(key) ?? []), row]);
  }
  return groups;
}

/** The answer that the reconciliation query has to give, sorted: device, day, readings, repetitions. */
export function expectedCounts(rows: readonly LakeRow[], now: number, of = definition): string[] {
  const counts = new Map<string, { readings: number; repetitions: number }>();
  for (const copies of copiesOf(covered(rows, now), of).values()) {
    const [row] = copies as [LakeRow];
    const date = new Date(timeOf(row)).toISOString().slice(0, 10);
    const key = `${String(row["deviceid"])} ${date}`;
    const count = counts.get(key) ?? { readings: 0, repetitions: 0 };
    count.readings += 1;
    count.repetitions += copies.length - 1;
    counts.set(key, count);
  }
  return Array.from(
    counts,
    ([key, { readings, repetitions }]) => `${key} ${readings} ${repetitions}`,
  ).sort();
}

/** An answer of the dashboard's query for one device and hour. */
export interface HourlyValues {
  readings: number;
  values: Record<string, number>;
}

/** The answer that the dashboard's query has to give, by device and the hour in ms since the epoch, `pump-7 1795478400000`. */
export function expectedHours(
  rows: readonly LakeRow[],
  now: number,
  of = definition,
): Map<string, HourlyValues> {
  const distinct = Array.from(copiesOf(covered(rows, now), of).values(), ([row]) => row as LakeRow);
  const byHour = groupBy(
    distinct,
    (row) => `${String(row["deviceid"])} ${Math.floor(timeOf(row) / hour) * hour}`,
  );
  return new Map(
    Array.from(byHour, ([key, own]): [string, HourlyValues] => {
      const values: Record<string, number> = {};
      for (const field of measuredFields(of)) {
        const numbers = own.flatMap((row) => {
          const value = row[field.toLowerCase()];
          return value === null || value === undefined ? [] : [Number(value)];
        });
        if (numbers.length === 0) continue;
        values[averageOf(field)] = numbers.reduce((sum, one) => sum + one, 0) / numbers.length;
        values[maximumOf(field)] = numbers.reduce((a, b) => Math.max(a, b));
      }
      return [key, { readings: own.length, values }];
    }),
  );
}
