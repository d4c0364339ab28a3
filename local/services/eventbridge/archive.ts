import { compilePattern } from "../delivery/patterns/event-pattern";
import { asJson, type BusEvent } from "./bus-event";
import type { ArchiveInputs } from "./bus-inputs";

/** Keeps events of a bus for a replay. */
export interface Archive {
  arn: string;
  keep(event: BusEvent): void;
  /** Returns the events of this time that are not older than the retention. */
  events(from: Date, to: Date): BusEvent[];
}

const dayMilliseconds = 86_400_000;

/**
 * An archive in memory, which ends with this process.
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-archive-event.html
 */
export function createArchive(inputs: ArchiveInputs, arn: string, now: () => number): Archive {
  const matches = inputs.eventPattern ? compilePattern(inputs.eventPattern) : () => true;
  let kept: { at: number; event: BusEvent }[] = [];
  const expire = (): void => {
    if (!inputs.retentionDays) return;
    const oldest = now() - inputs.retentionDays * dayMilliseconds;
    kept = kept.filter(({ at }) => at >= oldest);
  };
  return {
    arn,
    keep(event) {
      expire();
      if (matches(asJson(event))) kept.push({ at: now(), event });
    },
    events(from, to) {
      expire();
      return kept
        .map(({ event }) => event)
        .filter(({ time }) => Date.parse(time) >= +from && Date.parse(time) <= +to);
    },
  };
}
