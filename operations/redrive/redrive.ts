import { DeleteObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import type { Message, SQSClient } from "@aws-sdk/client-sqs";
import type { PartOutputs } from "../stack-outputs";
import { busOf, receiveAll, release, remove } from "./failures-queue";
import { plan, type Plan, type PlanClients } from "./plan";
import { sendAll, type SendClients } from "./send";
import type { StoredFailure } from "./stored-failures";

/** The services that a redrive calls. */
export interface Clients extends PlanClients, SendClients {
  sqs: SQSClient;
}

export interface RedriveArgs {
  clients: Clients;
  /** Outputs of the integration: its failures queue, and the topics, bus and workflows that its messages may be sent to again. */
  outputs: PartOutputs;
  /** First level of the telemetry topics. @default "devices" */
  topicPrefix?: string;
  /** The most messages to redrive. @default all */
  limit?: number;
  /** Reports what a redrive would do, and sends nothing. @default false */
  dryRun?: boolean;
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
 * Publishes the messages of a failures queue again, each with the bytes that its device sent.
 * Deletes a message only when everything in it is sent: a run that is interrupted may send messages twice, and loses none.
 * Every rule of the topic receives the message again, also those that processed it before; the sinks are idempotent.
 */
export async function redrive(args: RedriveArgs): Promise<Outcome[]> {
  const { clients, limit = Infinity } = args;
  const { failuresUrl: queueUrl = "" } = args.outputs;
  const outcomes: Outcome[] = [];
  const staying: Message[] = [];
  for await (const messages of receiveAll(clients.sqs, queueUrl, limit)) {
    const settled = await Promise.all(messages.map((message) => attempt(args, message)));
    outcomes.push(...settled);
    staying.push(...messages.filter((_, index) => settled[index]?.result !== "redriven"));
  }
  // At the end, since this run would receive them again.
  for (const message of staying) await release(clients.sqs, queueUrl, message);
  return outcomes;
}

async function attempt(args: RedriveArgs, message: Message): Promise<Outcome> {
  const { clients, outputs, topicPrefix = "devices", dryRun = false } = args;
  const { failuresUrl: queueUrl = "" } = outputs;
  const messageId = message.MessageId ?? "";
  try {
    const planned = await plan(clients, message.Body ?? "", topicPrefix);
    refuseForeign(planned, busOf(message), outputs);
    const outcome = { messageId, originals: planned.originals.length, detail: planned.detail };
    if (dryRun) return { ...outcome, result: "would be redriven" };
    await sendAll(clients, planned, outputs.busName ?? "");
    await remove(clients.sqs, queueUrl, message);
    const leftovers = await deleteObjects(clients.s3, planned.objects);
    return { ...outcome, result: "redriven", detail: [planned.detail, ...leftovers].join("; ") };
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    return { messageId, result: "left", originals: 0, detail };
  }
}

/** A message is data: it is sent again to the topics, the bus and the workflows of its integration, whatever it names. */
function refuseForeign(
  { notifications, events, executions }: Plan,
  bus: string | undefined,
  outputs: PartOutputs,
): void {
  const own = new Set(Object.values(outputs));
  const named = [
    ...notifications.map(({ topicArn }) => topicArn),
    ...executions.map(({ stateMachineArn }) => stateMachineArn),
    // Lambda's record of an event names no bus.
    ...(events.length > 0 && bus !== undefined ? [bus] : []),
  ];
  const foreign = named.find((one) => !own.has(one));
  if (foreign !== undefined)
    throw new Error(`The message names ${foreign}, which is not of its integration.`);
  if (events.length > 0 && outputs.busName === undefined)
    throw new Error("The message is an event, and its integration has no event bus.");
}

/** Deletes objects whose records are sent; returns a sentence for each that it could not delete, which is no loss. */
async function deleteObjects(s3: S3Client, objects: readonly StoredFailure[]): Promise<string[]> {
  const leftovers: string[] = [];
  for (const { bucket, key } of objects) {
    try {
      await s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: key }));
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
