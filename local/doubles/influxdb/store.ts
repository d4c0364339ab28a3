import { parseLines, type FieldValue, type LinePoint } from "./line-protocol";

/** A line that was refused, as InfluxDB 3 reports it. */
export interface LineError {
  original_line: string;
  line_number: number;
  error_message: string;
}

export type Row = Record<string, string | number | boolean | bigint | null>;

/** The columns of a table, fixed by the first line that has them, and its points by series and time. */
interface Table {
  columns: Map<string, "tag" | FieldValue["type"]>;
  points: Map<string, LinePoint>;
}

/** The most lines that a response reports. */
const mostReported = 100;

/** Databases that exist once a line is written to them. */
export interface Store {
  /** Writes the good lines, or none if one is bad and `acceptPartial` is false; returns the bad ones, at most 100. */
  write(database: string, body: string, scale: bigint, acceptPartial: boolean): LineError[];
  /** Gives a column of a table another type, as if another writer had been first. */
  retype(database: string, table: string, column: string, type: FieldValue["type"]): void;
  /** The points of a table in the order of their times; undefined if there is no such table. */
  rows(database: string, table: string): Row[] | undefined;
}

export function createStore(): Store {
  const databases = new Map<string, Map<string, Table>>();
  return {
    write(database, body, scale, acceptPartial) {
      const parsed = parseLines(body);
      const tables = databases.get(database) ?? new Map<string, Table>();
      const errors: LineError[] = [];
      const written: [Table, LinePoint][] = [];
      parsed.forEach((one, index) => {
        const table = one.ok ? (tables.get(one.point.table) ?? newTable()) : undefined;
        const problem = one.ok ? conflict(table as Table, one.point) : one.message;
        if (problem === undefined && one.ok && table) {
          declare(table, one.point);
          tables.set(one.point.table, table);
          written.push([table, { ...one.point, time: one.point.time * scale }]);
        } else
          errors.push({
            original_line: one.line,
            line_number: index + 1,
            error_message: problem ?? "",
          });
      });
      if (errors.length > 0 && !acceptPartial) return errors.slice(0, 1);
      databases.set(database, tables);
      for (const [table, point] of written) put(table, point);
      return errors.slice(0, mostReported);
    },
    retype(database, name, column, type) {
      databases.get(database)?.get(name)?.columns.set(column, type);
    },
    rows(database, name) {
      const table = databases.get(database)?.get(name);
      return table && [...table.points.values()].sort(byTime).map((point) => rowOf(table, point));
    },
  };
}

const newTable = (): Table => ({ columns: new Map([["time", "tag"]]), points: new Map() });

const typed = ({ tags, fields }: LinePoint): [string, "tag" | FieldValue["type"]][] => [
  ...Object.keys(tags).map((name) => [name, "tag"] as [string, "tag"]),
  ...Object.entries(fields).map(([name, { type }]) => [name, type] as [string, FieldValue["type"]]),
];

/** Why a point does not fit the columns of its table, in InfluxDB's words. */
function conflict({ columns }: Table, point: LinePoint): string | undefined {
  for (const [name, type] of typed(point)) {
    const known = columns.get(name);
    if (known !== undefined && known !== type)
      return `invalid column type for column '${name}', expected ${known}, got ${type}`;
  }
  return undefined;
}

const declare = ({ columns }: Table, point: LinePoint): void => {
  for (const [name, type] of typed(point)) columns.set(name, type);
};

/** A point of the same series and time gets the new values and keeps the others. */
function put({ points }: Table, point: LinePoint): void {
  const key = JSON.stringify([Object.entries(point.tags).sort(), String(point.time)]);
  const known = points.get(key);
  points.set(key, known ? { ...point, fields: { ...known.fields, ...point.fields } } : point);
}

const byTime = (a: LinePoint, b: LinePoint): number => (a.time < b.time ? -1 : 1);

function rowOf({ columns }: Table, { tags, fields, time }: LinePoint): Row {
  const values = [...columns.keys()].map((name): [string, Row[string]] => [
    name,
    name === "time" ? timeText(time) : (tags[name] ?? fields[name]?.value ?? null),
  ]);
  return Object.fromEntries(values);
}

/** As InfluxDB 3 writes times in JSON: `2026-11-24T00:00:00.000000001`. */
const timeText = (time: bigint): string => {
  const [second, rest] = [time / 1_000_000_000n, time % 1_000_000_000n];
  const whole = new Date(Number(second) * 1000).toISOString().slice(0, 19);
  return `${whole}.${String(rest).padStart(9, "0")}`;
};
