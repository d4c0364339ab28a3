import type { Reading } from "../../reading/reading";

/** The number that a field of a reading holds; undefined for none. */
export function numberIn(reading: Reading, field: string): number | undefined {
  const value = (reading as Record<string, unknown>)[field];
  return typeof value === "number" ? value : undefined;
}
