import { forEachAtMost } from "../shared/at-most";
import { backoff } from "../shared/backoff";
import { createBatchSplitter, type Accepted } from "../shared/batch";
import { groupBy } from "../shared/group";
import { describeError, log } from "../shared/log";
import { count } from "../shared/metrics";
import type { Quarantine } from "../shared/quarantine";
import { createReadingParser } from "../shared/reading-parser";
import type { Clock } from "./clock";
import type { Process } from "./shard-reader";
import { PartlyAdded, type AddReadings } from "./statistics-table";
import type { StreamRecord } from "./stream";

export interface ProcessorArgs {
  addReadings: AddReadings;
  /** Takes invalid messages. */
  quarantine: Quarantine;
  /** Takes valid readings that could not be stored. */
  setAside: Quarantine;
  clock: Clock;
  /** How long a store may fail before its readings are set aside; their shard waits as long. */
  holdMilliseconds: number;
}

/** Devices whose items are written at the same time. */
const concurrency = 10;

const pauses = { shortest: 500, longest: 15_000 };

interface Failure {
  one: Accepted;
  error: Error;
}

/**
 * Makes the function that takes a batch to where each of its records belongs: the statistics, the quarantine, or the failures queue. What
 * a store does not take is tried again with pauses, while the rest of the batch counts as done. A reading that DynamoDB refuses for
 * what it is is set aside at once, all others when the hold is over.
 */
export function createProcessor(args: ProcessorArgs): Process {
  const { addReadings, quarantine, setAside, clock, holdMilliseconds } = args;
  const splitBatch = createBatchSplitter(createReadingParser(), quarantine);

  /**
   * Resolves with the sequence numbers of the records that are not done. `before` has the readings, by device, that failed attempts at this
   * batch have counted: this attempt finds them in the table and would take them for duplicates.
   */
  async function attempt(
    records: readonly StreamRecord[],
    isLast: boolean,
    before: Map<string, number>,
  ): Promise<Set<string>> {
    const { accepted, quarantined, failed } = await splitBatch(
      records.map(({ sequenceNumber, data }) => ({ id: sequenceNumber, body: Buffer.from(data) })),
    );
    const totals = { counted: 0, repeated: 0, beyond: 0 };
    const failures: Failure[] = [];
    const devices = groupBy(accepted, ({ reading }) => reading.deviceId);
    await forEachAtMost(concurrency, devices, async (ofDevice) => {
      const { deviceId } = ofDevice[0].reading;
      try {
        const readings = ofDevice.map(({ reading }) => reading);
        const added = await addReadings(deviceId, readings);
        const counted = added.counted + (before.get(deviceId) ?? 0);
        totals.counted += counted;
        totals.beyond += added.beyond;
        totals.repeated += readings.length - counted - added.beyond;
      } catch (thrown) {
        if (thrown instanceof PartlyAdded)
          before.set(deviceId, (before.get(deviceId) ?? 0) + thrown.added.counted);
        const error = thrown instanceof PartlyAdded ? thrown.cause : (thrown as Error);
        log("error", "readings not counted", { deviceId, error: describeError(error) });
        failures.push(...ofDevice.map((one) => ({ one, error })));
      }
    });
    const hopeless = failures.filter(({ error }) => isLast || isRefusal(error));
    const left = await setAsideAll(hopeless);
    const waiting = failures.filter((failure) => !hopeless.includes(failure));
    const undone = new Set([...failed, ...left, ...waiting.map(({ one }) => one.id)]);
    count("stream-to-fargate", {
      Received: records.length - undone.size,
      Stored: totals.counted,
      Duplicates: totals.repeated,
      Truncated: totals.beyond,
      Quarantined: quarantined,
      Failed: hopeless.length - left.length,
    });
    return undone;
  }

  /** Resolves with the ids of those that the failures queue did not take either. */
  async function setAsideAll(failures: readonly Failure[]): Promise<string[]> {
    if (failures.length === 0) return [];
    const missed = await setAside(
      failures.map(({ one, error }) => ({
        reason: "refused-by-store",
        detail: `The statistics table did not take the reading: ${describeError(error)}`,
        ...one.envelope,
      })),
    );
    return missed.map((index) => failures[index]?.one.id ?? "");
  }

  return async (records, signal) => {
    const since = clock.now();
    const before = new Map<string, number>();
    let left = records;
    for (let attempts = 0; ; attempts++) {
      const undone = await attempt(left, clock.now() - since >= holdMilliseconds, before);
      left = left.filter(({ sequenceNumber }) => undone.has(sequenceNumber));
      if (left.length === 0) return true;
      await clock.wait(backoff(attempts, pauses), signal);
      if (signal.aborted) return false;
    }
  };
}

/** Whether DynamoDB refuses the request itself, which no later attempt changes. */
const isRefusal = ({ name }: Error): boolean => name === "ValidationException";
