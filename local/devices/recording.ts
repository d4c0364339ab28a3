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
import { createMover, readTime, shiftTimes, type Shift } from "./recorded-time";
import { readRows, type Row } from "./rows";

/** A file of recorded readings, checked completely. */
export interface Recording {
  deviceIds: string[];
  /** Rows, devices and times, in one line. */
  described: string;
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
}

/** Reads the whole file before anything is published, so that errors in it are reported at once. */
export async function openRecording(replay: Replay, now: number): Promise<Recording> {
  const names = new Set<string>();
  let count = 0;
  for await (const { values } of readRows(replay.file)) {
    for (const name of Object.keys(values)) names.add(name);
    count += 1;
  }
  if (count === 0)
    throw new Error(`${path.basename(replay.file)} has a header and no rows; give it some.`);
  const reader = createReader(replay, findColumns([...names], replay.map, replay.set));
  const { deviceIds, first, last } = await survey(replay.file, reader);
  const shift = shiftTimes(first, last, now);
  const described = `${count.toLocaleString("en")} readings of ${deviceIds.length} devices, ${shift.described}`;
  return { deviceIds, described, messages: () => play(replay, reader, first, shift) };
}

async function survey(
  file: string,
  { deviceOf, timeOf }: Reader,
): Promise<{ deviceIds: string[]; first: number; last: number }> {
  const recorded = new Map<string, string>();
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
  }
  return { deviceIds: [...recorded.keys()], first, last };
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

function createReader({ file, map, set }: Replay, columns: Columns): Reader {
  const conversions = findConversions(columns, map);
  const stem = path.basename(file, path.extname(file));
  const cell = ({ values }: Row, field: Field): unknown => {
    const value = set[field] ?? values[columns[field] ?? ""];
    return value === "" ? undefined : value;
  };
  const hasTime = columns.timestamp !== undefined || set.timestamp !== undefined;
  return {
    // A file without a device is of one device, named after it.
    deviceOf: (row) => textOf(cell(row, "deviceId")) ?? stem,
    timeOf: (row, index) => (hasTime ? readTime(cell(row, "timestamp")) : index * 1000),
    readingOf: (row, deviceId, timestamp) => {
      const reading: Record<string, unknown> = {};
      for (const field of fields) {
        const value = cell(row, field);
        const isText = row.isText || set[field] !== undefined;
        const typed = isText ? valueIn(value, declarationOf(field)) : value;
        const convert = set[field] === undefined ? conversions[field] : undefined;
        reading[field] = convert && typeof typed === "number" ? convert(typed) : typed;
      }
      return { ...reading, deviceId, timestamp: timestamp ?? reading.timestamp };
    },
  };
}

/** A text as the type that its field has, if it can be read so. */
function valueIn(value: unknown, declaration: Declaration | undefined): unknown {
  switch (declaration?.type) {
    case "number":
    case "integer":
      return numberIn(value);
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

const numberIn = (value: unknown): unknown =>
  typeof value === "string" && /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(value)
    ? Number(value)
    : value;

const textOf = (value: unknown): string | undefined =>
  typeof value === "string" || typeof value === "number" ? String(value) : undefined;

/** AWS IoT names things, and this program devices, by letters, digits, `:`, `_` and `-`. */
const thingName = (recorded: string): string =>
  recorded.replace(/[^A-Za-z0-9:_-]/g, "-").slice(0, 128);
