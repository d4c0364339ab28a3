import type { Reading } from "../../../reading/reading";

let taken = 0;

/** A valid reading; no two have the same time. */
export const readingOf = (deviceId: string, changes: Partial<Reading> = {}): Reading => ({
  deviceId,
  timestamp: Date.now() - 60_000 + ++taken,
  temperature: 21.5,
  humidity: 40,
  pressure: 1013.25,
  status: "ok",
  ...changes,
});
