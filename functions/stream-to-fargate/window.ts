import { readingId } from "../shared/reading-id";
import type { Reading } from "../../reading/reading";

/** In ms. */
export const windowLength = 300_000;

/** Windows of a rolling result: an hour. */
export const rollingWindows = 12;

/** Characters of the millisecond of a reading within its window, base 36, and of its id: 48 bits tell readings of one time apart. */
const [offsetLength, digestLength] = [4, 8];
const idLength = offsetLength + digestLength;

/**
 * The most readings of a window, 66 a second. As many ids, 12 bytes each, fit into an item of DynamoDB, 400 KB.
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html
 */
export const mostReadings = 20_000;

/** The first millisecond of the window of a time. */
export const startOf = (timestamp: number): number =>
  Math.floor(timestamp / windowLength) * windowLength;

/** Identifies a reading within its window: of the same content, the same. */
export function idInWindow(reading: Reading): string {
  const offset = reading.timestamp - startOf(reading.timestamp);
  return (
    offset.toString(36).padStart(offsetLength, "0") + readingId(reading).slice(0, digestLength)
  );
}

/** The time of a reading, from its id within a window. */
export const timeOf = (start: number, id: string): number =>
  start + parseInt(id.slice(0, offsetLength), 36);

/** Ids that are stored side by side. */
export const idsIn = (packed: string): string[] =>
  Array.from({ length: packed.length / idLength }, (_, nth) =>
    packed.slice(nth * idLength, (nth + 1) * idLength),
  );
