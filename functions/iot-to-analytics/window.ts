/** The length of a window, in ms. */
export const windowLength = 60_000;

/** The readings of one device and minute that count, each once. */
export interface Window {
  deviceId: string;
  /** Its first millisecond, in ms since the epoch. */
  start: number;
  /** The value of each reading, by its id within the window. */
  values: Map<string, number>;
}

/** What a window says. */
export interface Summary {
  count: number;
  average: number;
  minimum: number;
  maximum: number;
}

/** Characters of the millisecond of a reading within its window, base 36, and of its id: 48 bits tell readings of one time apart. */
const [offsetLength, digestLength] = [4, 8];
export const idLength = offsetLength + digestLength;

/**
 * The most readings of a window, 166 a second. Ids and values of as many, 36 bytes at most, fit into an item of DynamoDB, 400 KB.
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html
 */
export const mostReadings = 10_000;

export const startOf = (timestamp: number): number =>
  Math.floor(timestamp / windowLength) * windowLength;

/** Identifies a reading within its window, in the order of time: of the same content, the same. */
export function idInWindow(timestamp: number, readingId: string): string {
  const offset = timestamp - startOf(timestamp);
  return offset.toString(36).padStart(offsetLength, "0") + readingId.slice(0, digestLength);
}

/** The time of a reading, from its id within a window. */
export const timeOf = (start: number, idInWindow: string): number =>
  start + parseInt(idInWindow.slice(0, offsetLength), 36);

/**
 * Summarises values. Adds them in ascending order, so that the same readings have the same average in any order of arrival; keeps the
 * average between minimum and maximum, which rounding may miss.
 */
export function summarise(values: Iterable<number>): Summary {
  const sorted = [...values].sort((a, b) => a - b);
  const [minimum = NaN, maximum = NaN] = [sorted[0], sorted.at(-1)];
  const sum = sorted.reduce((total, value) => total + value, 0);
  const average = Math.min(maximum, Math.max(minimum, sum / sorted.length));
  return { count: sorted.length, average, minimum, maximum };
}

/**
 * Both sets of readings, each reading once. Beyond the most that a window holds, keeps the earliest ones, which are the same in any order of
 * arrival.
 */
export function union(
  one: Map<string, number>,
  other: Map<string, number>,
): { values: Map<string, number>; truncated: boolean } {
  const values = new Map([...one, ...other]);
  if (values.size <= mostReadings) return { values, truncated: false };
  const kept = [...values].sort(([a], [b]) => (a < b ? -1 : 1)).slice(0, mostReadings);
  return { values: new Map(kept), truncated: true };
}

/** Ids side by side and values as JSON: 17 to 36 bytes a reading. */
export interface Packed {
  ids: string;
  values: number[];
}

export const pack = (values: Map<string, number>): Packed => ({
  ids: [...values.keys()].join(""),
  values: [...values.values()],
});

export const unpack = ({ ids, values }: Packed): Map<string, number> =>
  new Map(
    values.map((value, index) => [ids.slice(index * idLength, (index + 1) * idLength), value]),
  );
