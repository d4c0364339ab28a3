import type { Trace } from "../../../trace";
import type { ResponseContext } from "../invoke";
import { pause } from "../pause";
import { settle, type Batch, type RetryPolicy } from "./batch";
import type { Shard, StreamRecord } from "./stream-record";

/** A consumer's answer to one batch. */
export type Answer =
  | { kind: "done"; response?: Response }
  /** The record at `first` and all after it failed. */
  | { kind: "failed"; first: number; reason: string; response?: Response }
  /** The consumer did not receive the batch, so no retry is used. */
  | { kind: "not-invoked"; reason: string };

interface Response {
  requestId: string;
  context: ResponseContext;
}

/** A batch that is not retried any more. */
export interface FailedBatch {
  shard: Shard;
  condition: "RetryAttemptsExhausted" | "RecordAgeExceeded";
  invocations: number;
  records: readonly StreamRecord[];
  /** Of the last invocation; absent if the consumer never received the records. */
  response?: Response;
}

/** How the batches of a shard are processed, and what happens if that fails. */
export interface Delivery {
  trace: Trace;
  /** The `part` of warnings. */
  part: string;
  shard: Shard;
  process: (records: readonly StreamRecord[]) => Promise<Answer>;
  succeeded: (records: number) => void;
  failed: (records: number, reason: string) => void;
  policy: RetryPolicy;
  /** Older records are set aside without being processed; −1 for never. */
  maximumRecordAgeInSeconds: number;
  destinationArn: string | undefined;
  /** Rejects if the destination refuses the batch. */
  setAside: (failed: FailedBatch, destinationArn: string) => Promise<void>;
  now: () => number;
  /** Before the first retry; doubles up to 64 times. */
  retryDelayMilliseconds: number;
  stopped: AbortSignal;
}

type StreamBatch = Batch<StreamRecord> & { last?: Response };

/** Delivers a batch and, in order, the batches into which it is split, until each record is processed or set aside. */
export async function deliver(delivery: Delivery, whole: Batch<StreamRecord>): Promise<void> {
  const pending: StreamBatch[] = [whole];
  let tries = 0;
  for (let next = pending.shift(); next && !delivery.stopped.aborted; next = pending.shift()) {
    const batch = await setAsideAged(delivery, next);
    if (batch.records.length === 0) continue;
    const { again, wait } = await attempt(delivery, batch);
    pending.unshift(...again);
    tries = wait ? tries + 1 : 0;
    if (wait) await backOff(delivery, tries);
  }
}

export const backOff = (
  { retryDelayMilliseconds, stopped }: Pick<Delivery, "retryDelayMilliseconds" | "stopped">,
  tries: number,
): Promise<void> => pause(retryDelayMilliseconds * 2 ** Math.min(tries - 1, 6), stopped);

async function attempt(
  delivery: Delivery,
  batch: StreamBatch,
): Promise<{ again: StreamBatch[]; wait: boolean }> {
  const answer = await delivery.process(batch.records);
  if (answer.kind === "not-invoked") {
    delivery.failed(batch.records.length, answer.reason);
    return { again: [batch], wait: true };
  }
  const done = answer.kind === "done" ? batch.records.length : answer.first;
  if (done > 0) delivery.succeeded(done);
  if (answer.kind === "done") return { again: [], wait: false };
  delivery.failed(batch.records.length - done, answer.reason);
  const { response: last } = answer;
  const seen = { ...batch, invocations: batch.invocations + 1 };
  const settlement = settle(seen, answer.first, delivery.policy);
  if (settlement.kind === "again") {
    const again = settlement.batches.map((part) => ({ ...part, last }));
    return { again, wait: settlement.usedRetry };
  }
  const rest = { ...settlement.batch, last };
  await giveUp(delivery, rest, "RetryAttemptsExhausted", answer.reason);
  return { again: [], wait: false };
}

/** Sets aside the records that are too old, counted from their arrival in the stream; returns the others. */
async function setAsideAged(delivery: Delivery, batch: StreamBatch): Promise<StreamBatch> {
  const { maximumRecordAgeInSeconds: limit, now } = delivery;
  if (limit < 0) return batch;
  const oldest = now() - limit * 1000;
  const isAged = ({ arrival }: StreamRecord): boolean => arrival.getTime() < oldest;
  const aged = batch.records.filter(isAged);
  if (aged.length > 0) {
    const reason = `Older than ${limit} s.`;
    await giveUp(delivery, { ...batch, records: aged }, "RecordAgeExceeded", reason);
  }
  return { ...batch, records: batch.records.filter((record) => !isAged(record)) };
}

/** Sets records aside. Retries a destination that refuses until it takes them: the shard waits, and no record is skipped. */
async function giveUp(
  delivery: Delivery,
  batch: StreamBatch,
  condition: FailedBatch["condition"],
  reason: string,
): Promise<void> {
  const { trace, part, shard, destinationArn, stopped } = delivery;
  const records = batch.records.length;
  const warn = (message: string): void => trace.emit({ kind: "warning", part, message });
  if (!destinationArn) {
    warn(
      `${records} records of ${shard.streamArn} were discarded, for the mapping has no on-failure destination: ${reason}`,
    );
    return;
  }
  const failed: FailedBatch = {
    shard,
    condition,
    invocations: batch.invocations,
    records: batch.records,
    ...(batch.last && { response: batch.last }),
  };
  for (let tries = 1; !stopped.aborted; tries++) {
    try {
      await delivery.setAside(failed, destinationArn);
      trace.emit({
        kind: "records-set-aside",
        source: shard.streamArn,
        destination: destinationArn,
        records,
        reason,
      });
      return;
    } catch (error) {
      warn(
        `${destinationArn} did not take ${records} failed records, trying again: ${String(error)}`,
      );
      await backOff(delivery, tries);
    }
  }
}
