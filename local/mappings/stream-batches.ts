import type { Clients } from "../aws/clients";
import type { Trace } from "../trace";
import { firstFailure, settle, type Batch, type RetryPolicy } from "./batch";
import type { ExecutionRole } from "./execution-role";
import { invoke, type Invocation } from "./invoke";
import { pause } from "./pause";
import { streamEvent, type StreamRecord, type StreamSource } from "./stream-event";
import { setAside, type FailedBatch } from "./stream-on-failure";

/** Everything that the batches of one shard are delivered with. */
export interface Delivery {
  clients: Clients;
  trace: Trace;
  role: ExecutionRole;
  source: StreamSource;
  mappingId: string;
  policy: RetryPolicy;
  /** Older records are set aside unseen; −1 for never. */
  maximumRecordAgeInSeconds: number;
  reportsItemFailures: boolean;
  destinationArn: string | undefined;
  now: () => number;
  /** Before the first retry; each further one waits twice as long, up to 64 times. */
  retryDelayMilliseconds: number;
  stopped: AbortSignal;
}

type Answer = Exclude<Invocation, { kind: "not-invoked" }>;
type StreamBatch = Batch<StreamRecord> & { last?: Answer };

/** Delivers a batch and, in order, whatever it is split into, until each record is done or set aside. */
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

const backOff = ({ retryDelayMilliseconds, stopped }: Delivery, tries: number): Promise<void> =>
  pause(retryDelayMilliseconds * 2 ** Math.min(tries - 1, 6), stopped);

async function attempt(
  delivery: Delivery,
  batch: StreamBatch,
): Promise<{ again: StreamBatch[]; wait: boolean }> {
  const { clients, role, source, policy } = delivery;
  const event = streamEvent(batch.records, source);
  const answer = await invoke(clients, role.functionArn, event);
  if (answer.kind === "not-invoked") {
    report(delivery, batch.records.length, answer.reason);
    return { again: [batch], wait: true };
  }
  const failed = failedFrom(delivery, batch, answer);
  const done = failed ? failed.first : batch.records.length;
  if (done > 0) {
    delivery.trace.emit({
      kind: "batch-succeeded",
      source: source.streamArn,
      functionName: role.functionName,
      records: done,
    });
  }
  if (!failed) return { again: [], wait: false };
  report(delivery, batch.records.length - done, failed.reason);
  const seen = { ...batch, invocations: batch.invocations + 1, last: answer };
  const settlement = settle(seen, failed.first, policy);
  if (settlement.kind === "again") {
    const again = settlement.batches.map((part) => ({ ...part, last: answer }));
    return { again, wait: settlement.usedRetry };
  }
  await giveUp(
    delivery,
    { ...settlement.batch, last: answer },
    "RetryAttemptsExhausted",
    failed.reason,
  );
  return { again: [], wait: false };
}

function failedFrom(
  { reportsItemFailures }: Delivery,
  { records }: StreamBatch,
  answer: Answer,
): { first: number; reason: string } | undefined {
  if (answer.kind === "failed") return { first: 0, reason: answer.reason };
  if (!reportsItemFailures) return undefined;
  const sequenceNumbers = records.map(({ sequenceNumber }) => sequenceNumber);
  const first = firstFailure(answer.payload, sequenceNumbers);
  if (first === undefined) return undefined;
  return { first, reason: `The function reported failures from ${sequenceNumbers[first]} on.` };
}

/** Records age from their arrival in the stream, retried or not; returns what is still young enough. */
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

/** A destination that refuses is asked again until it takes the records: the shard waits, nothing is skipped. */
async function giveUp(
  delivery: Delivery,
  batch: StreamBatch,
  condition: FailedBatch["condition"],
  reason: string,
): Promise<void> {
  const { clients, trace, role, source, destinationArn, mappingId, stopped } = delivery;
  const records = batch.records.length;
  if (!destinationArn) {
    const message = `${records} records of ${source.streamArn} were discarded, for the mapping has no on-failure destination: ${reason}`;
    trace.emit({ kind: "warning", part: "stream mapping", message });
    return;
  }
  const failed: FailedBatch = {
    source,
    functionArn: role.functionArn,
    condition,
    invocations: batch.invocations,
    records: batch.records,
    ...(batch.last && {
      response: { requestId: batch.last.requestId, context: batch.last.context },
    }),
  };
  for (let tries = 1; !stopped.aborted; tries++) {
    try {
      const credentials = await role.credentials();
      await setAside(clients, credentials, { destinationArn, mappingId }, failed);
      trace.emit({
        kind: "records-set-aside",
        source: source.streamArn,
        destination: destinationArn,
        records,
        reason,
      });
      return;
    } catch (error) {
      const message = `${destinationArn} did not take ${records} failed records, trying again: ${String(error)}`;
      trace.emit({ kind: "warning", part: "stream mapping", message });
      await backOff(delivery, tries);
    }
  }
}

function report({ trace, source, role }: Delivery, records: number, reason: string): void {
  trace.emit({
    kind: "batch-failed",
    source: source.streamArn,
    functionName: role.functionName,
    records,
    reason,
  });
}
