import { PutEventsCommand, type EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { PublishCommand, type IoTDataPlaneClient } from "@aws-sdk/client-iot-data-plane";
import { DeleteObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import { StartExecutionCommand, type SFNClient } from "@aws-sdk/client-sfn";
import { PublishCommand as NotifyCommand, type SNSClient } from "@aws-sdk/client-sns";
import type { Message, SQSClient } from "@aws-sdk/client-sqs";
import { randomUUID } from "node:crypto";
import type { PartOutputs } from "../stack-outputs";
import type { FailedEvent, FailedExecution } from "./event-envelopes";
import type { Notification, Original, StoredFailure } from "./envelopes";
import { busOf, receiveAll, release, remove } from "./failures-queue";
import { plan, type Plan, type PlanClients } from "./plan";

/** The services that a redrive talks to. */
export interface Clients extends PlanClients {
  sqs: SQSClient;
  iot: IoTDataPlaneClient;
  sns: SNSClient;
  events: EventBridgeClient;
  workflows: SFNClient;
}

export interface RedriveArgs {
  clients: Clients;
  /** Outputs of the integration: its failures queue, and the topics, bus and workflows that its messages may be sent to again. */
  outputs: PartOutputs;
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
  result: "redriven" | "would be redriven" | "left";
  /** Device messages published again. */
  originals: number;
  /** What was sent where, or why the message was left. */
  detail: string;
}

/**
 * Publishes again what a failures queue holds, each message with the bytes that its device sent.
 * A message leaves the queue only when all its publishes were acknowledged: a run that breaks off repeats, but loses nothing.
 * Every rule on the topic sees the message again, those included that had it before; the sinks are idempotent for that.
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
  // Only now, or this run would receive them again.
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

async function sendAll(
  clients: Clients,
  { originals, notifications, events, executions }: Plan,
  bus: string,
): Promise<void> {
  for (const original of originals) await publish(clients.iot, original);
  for (const notification of notifications) await notify(clients.sns, notification);
  for (const event of events) await put(clients.events, event, bus);
  for (const execution of executions) await start(clients.workflows, execution);
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

/** Every rule of the bus sees the event again; subscribers are idempotent, since EventBridge delivers at least once anyway. */
async function put(
  events: EventBridgeClient,
  { source, detailType, detail }: FailedEvent,
  bus: string,
): Promise<void> {
  const { Entries: [entry] = [] } = await events.send(
    new PutEventsCommand({
      Entries: [
        {
          EventBusName: bus,
          Source: source,
          DetailType: detailType,
          Detail: JSON.stringify(detail),
        },
      ],
    }),
  );
  if (entry?.ErrorCode) throw new Error(`${entry.ErrorCode}: ${entry.ErrorMessage}`);
}

/** Under a new name: the old one is taken by the execution that failed. */
async function start(
  workflows: SFNClient,
  { stateMachineArn, input }: FailedExecution,
): Promise<void> {
  const name = `redrive-${randomUUID()}`;
  await workflows.send(new StartExecutionCommand({ stateMachineArn, name, input }));
}

async function publish(iot: IoTDataPlaneClient, { topic, payload }: Original): Promise<void> {
  await iot.send(new PublishCommand({ topic, qos: 1, payload }));
}

/** SNS refuses longer text messages, which would bring this very notification back into the queue. */
const longestSms = 1600;

/**
 * SNS cannot send to one subscription, so every subscriber of the topic receives the text that one of them missed:
 * those that had the notification get it twice, and in the words of the protocol that failed.
 */
async function notify(sns: SNSClient, notification: Notification): Promise<void> {
  const { topicArn, subject, text, attributes } = notification;
  const sms = [...text].slice(0, longestSms).join("");
  await sns.send(
    new NotifyCommand({
      TopicArn: topicArn,
      Subject: subject,
      MessageStructure: "json",
      Message: JSON.stringify({ default: text, sms }),
      MessageAttributes: attributes,
    }),
  );
}

/** An object whose records are published is no loss, so what cannot be deleted is only mentioned. */
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

/** One line for the operator: how many went, how many stayed, and for which reasons. */
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
