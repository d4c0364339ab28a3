import { mostReadings, pack, unpack, type Window } from "./window";

/** Consecutive records of a shard, by which they can be read again. */
export interface Range {
  /** Sequence numbers. */
  first: string;
  last: string;
  size: number;
}

/** What Lambda keeps between the invocations of a window. */
export interface State {
  windows: [deviceId: string, start: number, ids: string, values: number[]][];
  /** The records that the windows were counted from. */
  range?: Range;
}

/** The open windows of a shard. */
export interface OpenWindows {
  windows: Map<string, Window>;
  range: Range | undefined;
}

/**
 * The most bytes of state: Lambda keeps 1 MB per shard and ends the window early beyond it. This is less, so that the function writes its
 * windows itself before that.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-windows.html
 */
export const heaviestState = 900_000;

/** Reads a state; the first one of a window is empty. */
export function open(state: unknown): OpenWindows {
  const { windows = [], range } = (state ?? {}) as Partial<State>;
  return {
    windows: new Map(
      windows.map(([deviceId, start, ids, values]) => [
        keyOf(deviceId, start),
        { deviceId, start, values: unpack({ ids, values }) },
      ]),
    ),
    range,
  };
}

export function stateOf({ windows, range }: OpenWindows): State {
  return {
    windows: [...windows.values()].map(({ deviceId, start, values }) => {
      const packed = pack(values);
      return [deviceId, start, packed.ids, packed.values];
    }),
    ...(range && { range }),
  };
}

/** Counts a reading; returns false if it is a repetition. */
export function add(
  { windows }: OpenWindows,
  reading: { deviceId: string; start: number; id: string; value: number },
): boolean {
  const { deviceId, start, id, value } = reading;
  const key = keyOf(deviceId, start);
  const window = windows.get(key) ?? { deviceId, start, values: new Map<string, number>() };
  windows.set(key, window);
  if (window.values.has(id)) return false;
  window.values.set(id, value);
  return true;
}

/** True if the state is nearly as large as Lambda keeps it, or one of its windows as DynamoDB does. */
export const isFull = (open: OpenWindows): boolean =>
  [...open.windows.values()].some(({ values }) => values.size >= mostReadings) ||
  Buffer.byteLength(JSON.stringify(stateOf(open))) > heaviestState;

/** The range with further records; those that it has already, after a retry, are not counted again. */
export function extend(range: Range | undefined, sequenceNumbers: string[]): Range | undefined {
  const fresh = sequenceNumbers.filter((number) => !range || isAfter(number, range.last));
  const [first, last] = [fresh[0], fresh.at(-1)];
  if (first === undefined || last === undefined) return range;
  return { first: range?.first ?? first, last, size: (range?.size ?? 0) + fresh.length };
}

/** Sequence numbers are decimal numbers of up to 128 digits without leading zeros. */
const isAfter = (one: string, other: string): boolean =>
  one.length === other.length ? one > other : one.length > other.length;

const keyOf = (deviceId: string, start: number): string => `${deviceId} ${start}`;
