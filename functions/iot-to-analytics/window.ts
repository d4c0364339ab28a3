/** The length of a window, in ms. */
export const windowLength = 60_000;

/** The readings of one device and minute that count, each once. */
export interface Window {
  deviceId: string;
  /** Its first millisecond, in ms since the epoch. */
  start: number;
  /** The value of each reading, by the beginning of its id. */
  values: Map<string, number>;
}

/** What a window says. */
export interface Summary {
  count: number;
  average: number;
  minimum: number;
  maximum: number;
}

/** Characters of a reading's id that a window keeps: 66 bits, which differ for all readings of a device within a minute. */
const idLength = 11;

/**
 * The most readings of a window, 333 a second. Ids and values of as many fit into an item of DynamoDB, 400 KB.
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html
 */
export const mostReadings = 20_000;

export const startOf = (timestamp: number): number =>
  Math.floor(timestamp / windowLength) * windowLength;

/** The part of a reading's id that tells it apart from the others of its window. */
export const shortId = (readingId: string): string => readingId.slice(0, idLength);

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
 * Both sets of readings, each reading once. Beyond the most that a window holds, keeps those with the lowest ids, which are the same ones
 * in any order of arrival; ids are digests, so what is kept is a sample.
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

/** Ids side by side and values as JSON: about 16 bytes a reading. */
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
