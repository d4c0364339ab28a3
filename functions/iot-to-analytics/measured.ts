import type { Reading } from "../../reading/reading";
import { startOf, windowLength } from "./window";

/** Which readings count. */
export interface Counting {
  /** Only values above it count. */
  above: number;
  /** A reading counts if AWS IoT received it at most this long after the end of its minute. */
  latenessSeconds: number;
}

/** The number that a field of a reading holds; undefined for none. */
export function numberIn(reading: Reading, field: string): number | undefined {
  const value = (reading as Record<string, unknown>)[field];
  return typeof value === "number" ? value : undefined;
}

/** Why a reading is in no window, as the metric that counts it; undefined if it counts. Times are in ms since the epoch. */
export function leftOut(
  value: number | undefined,
  { timestamp, receivedAt }: { timestamp: number; receivedAt: number },
  { above, latenessSeconds }: Counting,
): "Below" | "Late" | undefined {
  if (value === undefined || value <= above) return "Below";
  const deadline = startOf(timestamp) + windowLength + latenessSeconds * 1000;
  return receivedAt >= deadline ? "Late" : undefined;
}
