import { IoTDataPlaneClient, PublishCommand } from "@aws-sdk/client-iot-data-plane";
import { DeleteObjectCommand, GetObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { PublishCommand as NotifyCommand, SNSClient } from "@aws-sdk/client-sns";
import type { Message, SQSClient } from "@aws-sdk/client-sqs";
import { understand, understandStored, type Notification, type Original, type StoredFailure } from "./envelopes";
import { readQueue } from "./failures-queue";

/** The services that a redrive talks to; each takes its endpoint and credentials from the environment. */
export interface Clients {
  sqs: SQSClient;
  iot: IoTDataPlaneClient;
  s3: S3Client;
  sns: SNSClient;
}

export interface RedriveArgs {
  clients: Clients;
  /** The failures queue. */
  queueUrl: string;
  /** First level of the telemetry topics. @default "devices" */
  topicPrefix?: string;
  /** Most messages to take. @default all */
  limit?: number;
  /** Says what would be done, and leaves everything as it is. @default false */
  dryRun?: boolean;
}

/** What became of one message of the queue. */
export interface Outcome {
  messageId: string;
  result: "redriven" | "would be redriven" | "removed" | "left";
  /** Device messages published again. */
  originals: number;
  /** What was sent where, or why the message was left. */
  detail: string;
}

/**
 * Publishes again what an integration's failures queue holds, each message as its device sent it.
 * A message leaves the queue only after every publish of it was acknowledged, so a redrive that breaks off repeats, but never loses.
 * Every rule that matches the topic sees the message again, those that had it already included; sinks are idempotent for that.
 */
export async function redrive(args: RedriveArgs): Promise<Outcome[]> {
  const { clients, queueUrl, limit = Infinity, dryRun = false } = args;
  const outcomes: Outcome[] = [];
  const queue = readQueue(clients.sqs, queueUrl, limit);
  for await (const message of queue.messages()) {
    const outcome = await attempt(args, message);
    if (outcome.result === "left" || dryRun) queue.keep(message);
    outcomes.push(outcome);
  }
  await queue.release();
  return outcomes;
}

async function attempt(args: RedriveArgs, message: Message): Promise<Outcome> {
  const messageId = message.MessageId ?? "";
  try {
    const plan = await planFor(args, message.Body ?? "");
    const originals = plan.originals.length;
    if (args.dryRun) return { messageId, result: "would be redriven", originals, detail: plan.detail };
    for (const original of plan.originals) await publish(args.clients, original);
    if (plan.notification) await notify(args.clients, plan.notification);
    await readQueue(args.clients.sqs, args.queueUrl, 0).remove(message);
    // Last, so that a broken-off run leaves an object too many rather than a message without its object.
    for (const object of plan.objects) await remove(args.clients, object);
    const empty = originals === 0 && !plan.notification;
    return { messageId, result: empty ? "removed" : "redriven", originals, detail: plan.detail };
  } catch (error) {
    return { messageId, result: "left", originals: 0, detail: reasonOf(error) };
  }
}
