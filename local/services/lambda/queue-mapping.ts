import { randomUUID } from "node:crypto";
import type { Message } from "@aws-sdk/client-sqs";
import type { SQSRecord } from "aws-lambda";
import type { Clients } from "../../aws/clients";
import type { Trace } from "../../trace";
import { invoke } from "../delivery/invoke";
import { compileFilters } from "../delivery/patterns/filter-criteria";
import { firstFailure } from "../delivery/streams/batch";
import { queueRecord, recordView, startQueuePoller, type QueuePoller } from "../sqs";
import { executionRoleOf } from "./execution-role";
import { refuseUnsupported, type QueueMappingInputs } from "./queue-mapping-inputs";

export interface QueueMappingArgs {
  clients: Clients;
  trace: Trace;
  /** The resource's inputs, all known. */
  inputs: QueueMappingInputs;
}

export interface QueueMapping extends QueuePoller {
  /** The mapping's UUID. */
  id: string;
}

/** The most batches that are processed at a time, unless the mapping sets it: Lambda begins with as many. */
const concurrency = 5;

/**
 * Feeds a function from a queue as the function's own role, with batching windows, large batches and filters, which the emulator
 * ignores. A failed message becomes visible again after the queue's visibility timeout; the queue's redrive policy sets it aside.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html
 */
export async function startQueueMapping({
  clients,
  trace,
  inputs,
}: QueueMappingArgs): Promise<QueueMapping> {
  refuseUnsupported(inputs);
  const { eventSourceArn: queueArn } = inputs;
  const passes = compileFilters(inputs.filterCriteria, { name: "body", textual: true });
  const reports = inputs.functionResponseTypes?.includes("ReportBatchItemFailures") ?? false;
  const role = await executionRoleOf(clients, inputs.functionName);
  const { functionArn, functionName, roleArn } = role;
  const id = randomUUID();
  if (inputs.enabled === false)
    return { id, idle: () => Promise.resolve(), stop: () => Promise.resolve() };

  /** Invokes the function; resolves with the records that stay in the queue. */
  async function invokeFor(Records: SQSRecord[]): Promise<SQSRecord[]> {
    const about = { source: queueArn, functionName };
    const report = (left: readonly SQSRecord[], reason: string): void => {
      const done = Records.length - left.length;
      if (done > 0) trace.emit({ kind: "batch-succeeded", ...about, records: done });
      if (left.length > 0)
        trace.emit({ kind: "batch-failed", ...about, records: left.length, reason });
    };
    const answer = await invoke(clients, functionArn, { Records });
    if (answer.kind !== "returned") {
      report(Records, answer.reason);
      return Records;
    }
    const left = reports ? failedOf(Records, answer.payload) : [];
    report(left, "The function reported these messages as failed.");
    return left;
  }

  const poller = startQueuePoller({
    clients,
    queueArn,
    roleArn,
    credentials: () => role.credentials(),
    batchSize: inputs.batchSize ?? 10,
    windowMilliseconds: (inputs.maximumBatchingWindowInSeconds ?? 0) * 1000,
    concurrency: inputs.scalingConfig?.maximumConcurrency ?? concurrency,
    handle: async (messages: Message[]) => {
      const records = messages
        .map((message) => queueRecord(message, queueArn))
        .filter((record) => passes(recordView(record)));
      const left = records.length > 0 ? await invokeFor(records) : [];
      return new Set(left.map(({ messageId }) => messageId));
    },
    warn: (what) => {
      const message = `The role of ${functionName} ${what}`;
      trace.emit({ kind: "warning", part: "queue mapping", message });
    },
  });
  return { id, ...poller };
}

/** Returns the failed records of a partial batch response; one that names anything else than these messages fails them all. */
function failedOf(records: SQSRecord[], response: unknown): SQSRecord[] {
  const ids = records.map(({ messageId }) => messageId);
  if (firstFailure(response, ids) === undefined) return [];
  const { batchItemFailures: items } = (response ?? {}) as { batchItemFailures?: unknown };
  if (!Array.isArray(items)) return records;
  const named = new Set(
    items.map((item: { itemIdentifier?: unknown } | null) => item?.itemIdentifier),
  );
  const areKnown = [...named].every((name) => typeof name === "string" && ids.includes(name));
  return areKnown ? records.filter(({ messageId }) => named.has(messageId)) : records;
}
