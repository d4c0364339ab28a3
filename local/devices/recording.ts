import * as path from "node:path";
import type { Field as Declaration } from "../../reading/definition";
import type { Replay } from "../command-line";
import {
  declarationOf,
  fields,
  findColumns,
  findConversions,
  type Columns,
  type Field,
} from "./columns";
import { mostDevices } from "./load";
import type { DeviceMessage } from "./message";
import { createNotations, type DecimalSign, type Notations } from "./notation";
import { createMover, readTime, shiftTimes, type Shift } from "./recorded-time";
import { describeColumns, describeTimes, type Rows, type Styles } from "./recording-summary";
import { readRows, type Row } from "./rows";

/** A file of recorded readings, checked completely. */
export interface Recording {
  deviceIds: string[];
  /** Rows, devices and times, in one line. */
  described: string;
  /** What the replay assumes: the column, unit and notation of each field, columns that are not used, and times; one line each. */
  summary: string[];
  /** The readings in the order of the file, at the pace of the replay. */
  messages: () => AsyncGenerator<DeviceMessage>;
}

/** How the rows of a file are parsed. */
interface Reader {
  deviceOf: (row: Row) => string;
  /** In ms since the epoch; where no column has it, a second from row to row; undefined if it is no time. */
  timeOf: (row: Row, index: number) => number | undefined;
  /**
   * What a device would have sent, in the units of the definition. A cell of another type than its field stays what it is, and the
   * message is invalid, as it was.
   */
  readingOf: (row: Row, deviceId: string, timestamp: number | undefined) => Record<string, unknown>;
  /** The fields of the row whose cell is a text and no number, although the field is one. */
  textsOf: (row: Row) => Field[];
}

/** Reads the whole file before anything is published, so that errors in it are reported at once. */
export async function openRecording(replay: Replay, now: number): Promise<Recording> {
  const file = path.basename(replay.file);
  const names = new Set<string>();
  const notations = createNotations(file);
  let count = 0;
  for await (const { values, isText, line } of readRows(replay.file)) {
    for (const [name, value] of Object.entries(values)) {
      names.add(name);
      // JSON writes numbers in one way; its dates are texts.
      if (isText || typeof value === "string") notations.see(name, value, line);
    }
    count += 1;
  }
  if (count === 0) throw new Error(`${file} has a header and no rows; give it some.`);
  const columns = findColumns([...names], replay.map, replay.set);
  const styles = stylesOf(columns, notations);
  const reader = createReader(replay, columns, styles);
  const { deviceIds, first, last, texts, timeless } = await survey(replay.file, reader);
  const shift = shiftTimes(first, last, now);
  const devices = `${deviceIds.length.toLocaleString("en")} ${deviceIds.length === 1 ? "device" : "devices"}`;
  const readings = `${count.toLocaleString("en")} ${count === 1 ? "reading" : "readings"}`;
  const summary = [
    ...describeColumns({ replay, names: [...names], columns, styles, texts }),
    describeTimes({ first, last, shift, timeless, hasColumn: columns.timestamp !== undefined }),
  ];
  return {
    ...{ deviceIds, summary },
    described: `${readings} of ${devices}, ${shift.described}`,
    messages: () => play(replay, reader, first, shift),
  };
}

/** Throws one sentence with the row if the values of a column can mean two things. */
function stylesOf(columns: Columns, notations: Notations): Styles {
  const numeric = (Object.entries(columns) as [Field, string][]).filter(([field]) =>
    isNumeric(declarationOf(field)),
  );
  return {
    decimals: Object.fromEntries(
      numeric.map(([field, column]) => [field, notations.decimalSignOf(column)]),
    ),
    dates: columns.timestamp === undefined ? undefined : notations.dateOrderOf(columns.timestamp),
  };
}

const isNumeric = (declaration: Declaration | undefined): boolean =>
  declaration?.type === "number" || declaration?.type === "integer";

/** What a pass over the rows finds, apart from notations. */
interface Survey {
  deviceIds: string[];
  /** In ms since the epoch; infinite for a recording without times. */
  first: number;
  last: number;
  /** By field, the rows with a text in place of a number. */
  texts: Partial<Record<Field, Rows>>;
  /** The rows whose time cannot be read. */
  timeless: Rows | undefined;
}

const withRow = (rows: Rows | undefined, line: number): Rows => ({
  count: (rows?.count ?? 0) + 1,
  line: rows?.line ?? line,
});

async function survey(file: string, { deviceOf, timeOf, textsOf }: Reader): Promise<Survey> {
  const recorded = new Map<string, string>();
  const texts: Survey["texts"] = {};
  let timeless: Survey["timeless"];
  let [first, last, index] = [Infinity, -Infinity, 0];
  for await (const row of readRows(file)) {
    const name = deviceOf(row);
    const id = thingName(name);
    const known = recorded.get(id) ?? name;
    if (known !== name)
      throw new Error(`Devices '${known}' and '${name}' would both be named '${id}'; rename one.`);
    recorded.set(id, name);
    if (recorded.size > mostDevices)
      throw new Error(
        `${path.basename(file)} is of more than ${mostDevices.toLocaleString("en")} devices, each of which connects by its own certificate; replay a part of it.`,
      );
    const time = timeOf(row, index++);
    if (time !== undefined) [first, last] = [Math.min(first, time), Math.max(last, time)];
    else timeless = withRow(timeless, row.line);
    for (const field of textsOf(row)) texts[field] = withRow(texts[field], row.line);
  }
  return { deviceIds: [...recorded.keys()], first, last, texts, timeless };
}

async function* play(
  { file, speed }: Replay,
  { deviceOf, timeOf, readingOf }: Reader,
  first: number,
  shift: Shift,
): AsyncGenerator<DeviceMessage> {
  const movers = new Map<string, (time: number) => number>();
  let [at, index] = [0, 0];
  for await (const row of readRows(file)) {
    const deviceId = thingName(deviceOf(row));
    const recorded = timeOf(row, index++);
    const move = movers.get(deviceId) ?? createMover(shift);
    movers.set(deviceId, move);
    const timestamp = recorded === undefined ? undefined : move(recorded);
    if (recorded !== undefined && speed > 0) at = (recorded - first) / speed;
    const payload = Buffer.from(JSON.stringify(readingOf(row, deviceId, timestamp)));
    yield { deviceId, payload, kind: `line ${row.line}`, at };
  }
}

function createReader({ file, map, set }: Replay, columns: Columns, styles: Styles): Reader {
  const conversions = findConversions(columns, map);
  const stem = path.basename(file, path.extname(file));
  const cell = ({ values }: Row, field: Field): unknown => {
    const value = set[field] ?? values[columns[field] ?? ""];
    return value === "" ? undefined : value;
  };
  const typedCell = (row: Row, field: Field): unknown => {
    const value = cell(row, field);
    if (!row.isText && set[field] === undefined) return value;
    const decimal = set[field] === undefined ? styles.decimals[field] : ".";
    return valueIn(value, declarationOf(field), decimal);
  };
  const hasTime = columns.timestamp !== undefined || set.timestamp !== undefined;
  return {
    // A file without a device is of one device, named after it.
    deviceOf: (row) => textOf(cell(row, "deviceId")) ?? stem,
    timeOf: (row, index) =>
      hasTime ? readTime(cell(row, "timestamp"), styles.dates) : index * 1000,
    readingOf: (row, deviceId, timestamp) => {
      const reading: Record<string, unknown> = {};
      for (const field of fields) {
        const typed = typedCell(row, field);
        const convert = set[field] === undefined ? conversions[field] : undefined;
        reading[field] = convert && typeof typed === "number" ? convert(typed) : typed;
      }
      return { ...reading, deviceId, timestamp: timestamp ?? reading.timestamp };
    },
    textsOf: (row) =>
      fields.filter(
        (field) => isNumeric(declarationOf(field)) && typeof typedCell(row, field) === "string",
      ),
  };
}

/** A text as the type that its field has, if it can be read so. */
function valueIn(
  value: unknown,
  declaration: Declaration | undefined,
  decimal: DecimalSign | undefined,
): unknown {
  switch (declaration?.type) {
    case "number":
    case "integer":
      return numberIn(value, decimal);
    case "boolean":
      return booleans.get(String(value).toLowerCase()) ?? value;
    default:
      return value;
  }
}

const booleans = new Map([
  ["true", true],
  ["yes", true],
  ["1", true],
  ["false", false],
  ["no", false],
  ["0", false],
]);

function numberIn(value: unknown, decimal: DecimalSign | undefined): unknown {
  const text = typeof value === "string" && decimal === "," ? value.replace(",", ".") : value;
  return typeof text === "string" && /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(text)
    ? Number(text)
    : value;
}

const textOf = (value: unknown): string | undefined =>
  typeof value === "string" || typeof value === "number" ? String(value) : undefined;

/** AWS IoT names things, and this program devices, by letters, digits, `:`, `_` and `-`. */
const thingName = (recorded: string): string =>
  recorded.replace(/[^A-Za-z0-9:_-]/g, "-").slice(0, 128);
