import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { createNumberList } from "../../number-list";
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
  const file = openScratch();
  const [times, ends] = [createNumberList("any"), createNumberList("any")];
  let end = 0;
  const oldest = (): number =>
    inputs.retentionDays ? now() - inputs.retentionDays * dayMilliseconds : -Infinity;

  function read(index: number): BusEvent {
    const start = index === 0 ? 0 : ends.at(index - 1);
    const bytes = Buffer.alloc(ends.at(index) - start);
    fs.readSync(file, bytes, 0, bytes.length, start);
    return JSON.parse(bytes.toString()) as BusEvent;
  }

  return {
    arn,
    keep(event) {
      if (!matches(asJson(event))) return;
      end += fs.writeSync(file, JSON.stringify(event), end);
      times.push(now());
      ends.push(end);
    },
    events(from, to) {
      const earliest = oldest();
      return Array.from({ length: times.length }, (_, index) => index)
        .filter((index) => times.at(index) >= earliest)
        .map(read)
        .filter(({ time }) => Date.parse(time) >= +from && Date.parse(time) <= +to);
    },
    close: () => fs.closeSync(file),
  };
}

/** Opens an empty file that has no name, so that nothing is left of it. */
function openScratch(): number {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "archive-"));
  const file = fs.openSync(path.join(folder, "events"), "w+");
  fs.rmSync(folder, { recursive: true });
  return file;
}
