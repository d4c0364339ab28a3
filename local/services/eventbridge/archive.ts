import { createNumberList } from "../../number-list";
import { openScratchLog } from "../../scratch-log";
import { compilePattern } from "../delivery/patterns/event-pattern";
import { asJson, type BusEvent } from "./bus-event";
import type { ArchiveInputs } from "./bus-inputs";

/** Keeps events of a bus for a replay. */
export interface Archive {
  arn: string;
  keep(event: BusEvent): void;
  /** Returns the events of this time that are not older than the retention. */
  events(from: Date, to: Date): BusEvent[];
  close(): void;
}

const dayMilliseconds = 86_400_000;

/**
 * An archive in a file, which ends with this process: events take about a kilobyte each, and a run may last. In memory are the time and
 * the place of each.
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-archive-event.html
 */
export function createArchive(inputs: ArchiveInputs, arn: string, now: () => number): Archive {
  const matches = inputs.eventPattern ? compilePattern(inputs.eventPattern) : () => true;
  const kept = openScratchLog<BusEvent>();
  const times = createNumberList("any");
  const oldest = (): number =>
    inputs.retentionDays ? now() - inputs.retentionDays * dayMilliseconds : -Infinity;

  return {
    arn,
    keep(event) {
      if (!matches(asJson(event))) return;
      kept.append(event);
      times.push(now());
    },
    events(from, to) {
      const earliest = oldest();
      return Array.from({ length: times.length }, (_, index) => index)
        .filter((index) => times.at(index) >= earliest)
        .map((index) => kept.at(index))
        .filter(({ time }) => Date.parse(time) >= +from && Date.parse(time) <= +to);
    },
    close: () => kept.close(),
  };
}
