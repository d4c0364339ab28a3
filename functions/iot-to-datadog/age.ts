import type { Reading } from "../../reading/reading";
import type { Envelope } from "../shared/envelope";
import type { QuarantineEntry } from "../shared/quarantine";

/**
 * Datadog accepts points of the last hour and of the next ten minutes; it answers 202 to others too, and drops them. A minute less on
 * both sides covers the way there and the difference between clocks.
 * @see https://docs.datadoghq.com/metrics/custom_metrics/#metric-properties
 */
const mostBehind = 59 * 60_000;
const mostAhead = 9 * 60_000;

/** Whether Datadog takes a point of the reading's time at the time `at`, in ms since the epoch. */
export function ageOf({ timestamp }: Reading, at: number): "old" | "early" | "current" {
  if (at - timestamp > mostBehind) return "old";
  return timestamp - at > mostAhead ? "early" : "current";
}

/** What the quarantine keeps of a reading that Datadog would drop. */
export const tooOld = (
  { timestamp }: Reading,
  envelope: Envelope,
  at: number,
): QuarantineEntry => ({
  reason: "too-old-for-datadog",
  detail: `timestamp is ${timestamp}, more than 59 minutes before ${at}, when it was to be submitted; Datadog drops points of more than an hour ago.`,
  ...envelope,
});
