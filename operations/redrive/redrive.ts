import { DeleteObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import type { Message } from "@aws-sdk/client-sqs";
import type { ReadingClients } from "../clients";
import { receiveAll, release, remove, sentAt } from "./failures-queue";
import type { Own } from "./own";
import { plan } from "./plan";
import { publicationsOf } from "./publications";
import { sendAll, type SendClients } from "./send";
import type { StoredFailure } from "./stored-failures";

/** The services that a redrive calls. */
export interface Clients extends ReadingClients, SendClients {}

export interface RedriveArgs {
  clients: Clients;
  /** The failures queue, and what its messages may be sent to again. */
  own: Own;
  /** The most messages to redrive. @default all */
  limit?: number;
  /** Reports what a redrive would do, and sends nothing. @default false */
  dryRun?: boolean;
  /** Called with the result of each message, as soon as it is known. */
  report?: (outcome: Outcome) => void;
  /** Ends the redrive: messages that it has received are completed, and it receives no more. */
  signal?: AbortSignal;
}

/** The result for one message of the queue. */
export interface Outcome {
  messageId: string;
  result: "redriven" | "would be redriven" | "left";
  /** The number of device messages published again. */
  originals: number;
  /** What was sent where, or why the message stays in the queue. */
  detail: string;
}

/**
 * Sends the messages of a failures queue again, each with the bytes that its device sent, to the rule, topic, bus or workflow that failed.
 * Deletes a message only when everything in it is sent: a run that is interrupted may send messages twice, and loses none; the sinks are
 * idempotent.
 */
export async function redrive(args: RedriveArgs): Promise<Outcome[]> {
  const { clients, own, limit = Infinity, report, signal } = args;
  const outcomes: Outcome[] = [];
  const staying: Message[] = [];
  try {
    for await (const messages of receiveAll(clients.sqs, own.queueUrl, limit, signal))
      await Promise.all(
        messages.map(async (message) => {
          const outcome = await attempt(args, message);
          if (outcome.result !== "redriven") staying.push(message);
          outcomes.push(outcome);
          report?.(outcome);
        }),
      );
  } finally {
    // At the end, since this run would receive them again.
    for (const message of staying) await release(clients.sqs, own.queueUrl, message);
  }
  return outcomes;
}

async function attempt(args: RedriveArgs, message: Message): Promise<Outcome> {
  const { clients, own, dryRun = false } = args;
  const messageId = message.MessageId ?? "";
  try {
    const planned = await plan(clients, message, own);
    const route = { ruleName: own.ruleName, sentAt: sentAt(message) };
    const publications = publicationsOf(planned.originals, route);
    const outcome = { messageId, originals: planned.originals.length, detail: planned.detail };
    if (dryRun) return { ...outcome, result: "would be redriven" };
    await sendAll(clients, { ...planned, publications, busName: own.busName });
    await remove(clients.sqs, own.queueUrl, message);
    const leftovers = await deleteObjects(clients.s3, planned.objects, own.accountId);
    return { ...outcome, result: "redriven", detail: [planned.detail, ...leftovers].join("; ") };
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    return { messageId, result: "left", originals: 0, detail };
  }
}

/** Deletes objects whose records are sent; returns a sentence for each that it could not delete, which is no loss. */
async function deleteObjects(
  s3: S3Client,
  objects: readonly StoredFailure[],
  ExpectedBucketOwner: string,
): Promise<string[]> {
  const leftovers: string[] = [];
  for (const { bucket, key } of objects) {
    try {
      await s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: key, ExpectedBucketOwner }));
    } catch (error) {
      leftovers.push(`s3://${bucket}/${key} could not be deleted: ${String(error)}`);
    }
  }
  return leftovers;
}

/** One line for the operator: how many messages were redriven, how many are left, and why. */
export function summary(outcomes: readonly Outcome[]): string {
  const count = (result: Outcome["result"]): number =>
    outcomes.filter((outcome) => outcome.result === result).length;
  const reasons = new Set(
    outcomes.filter(({ result }) => result === "left").map(({ detail }) => detail),
  );
  const would = count("would be redriven");
  const went = would > 0 ? `${would} would be redriven` : `${count("redriven")} redriven`;
  return [`${went}, ${count("left")} left`, ...reasons].join(": ");
}
