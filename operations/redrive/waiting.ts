import type { Message } from "@aws-sdk/client-sqs";
import type { ReadingClients } from "../clients";
import { receiveAll, release, sentAt } from "./failures-queue";
import { asList, asObject, objectIn } from "./json";
import type { Own } from "./own";
import { plan, type Plan, type PlanClients } from "./plan";
import { deviceOfTopic } from "./topics";

/** A message that waits in a failures queue, decoded. Its texts come from outside: print them by `printable`. */
export interface Waiting {
  messageId: string;
  /** When AWS IoT, or else the queue, first received it, in ms since the epoch; NaN if neither is known. */
  at: number;
  /** Its devices; empty if it names none. */
  devices: string[];
  /** Why it could not be delivered, as the service that set it aside says. */
  reason: string;
  /** What waits: the payloads of devices as text, a notification, an event, an input, or the body if it cannot be redriven. */
  payload: string;
}

/** Reads the messages of a failures queue; they stay in the queue. */
export async function* waitingIn(
  clients: ReadingClients,
  own: Own,
  { limit = Infinity, signal }: { limit?: number; signal?: AbortSignal } = {},
): AsyncGenerator<Waiting> {
  const received: Message[] = [];
  try {
    for await (const messages of receiveAll(clients.sqs, own.queueUrl, limit, signal)) {
      received.push(...messages);
      for (const message of messages) yield await describeMessage(clients, message, own);
    }
  } finally {
    for (const message of received) await release(clients.sqs, own.queueUrl, message);
  }
}

/** Never throws: of a message that cannot be redriven, the reason says why, and the payload is its body. */
export async function describeMessage(
  clients: PlanClients,
  message: Message,
  own: Own,
): Promise<Waiting> {
  const body = message.Body ?? "";
  const { MessageId: messageId = "" } = message;
  try {
    const planned = await plan(clients, message, own);
    const times = planned.originals.flatMap(({ receivedAt }) => receivedAt ?? []);
    return {
      messageId,
      at: Math.min(...times, ...(Number.isNaN(sentAt(message)) ? [] : [sentAt(message)])),
      devices: devicesOf(planned, own.topicPrefix),
      reason: reasonOf(message),
      payload: payloadOf(planned),
    };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { messageId, at: sentAt(message), devices: [], reason, payload: body };
  }
}

function devicesOf(planned: Plan, topicPrefix: string): string[] {
  const { originals, notifications, events, executions } = planned;
  const named = [
    ...originals.map(({ topic }) => deviceOfTopic(topic, topicPrefix)),
    ...notifications.map(({ attributes }) => attributes["deviceId"]?.StringValue),
    ...events.map(({ detail }) => detail["deviceId"]),
    ...executions.map(({ input }) => objectIn(input)?.["deviceId"]),
  ];
  return [...new Set(named.filter((device): device is string => typeof device === "string"))];
}

const payloadOf = ({ originals, notifications, events, executions, detail }: Plan): string =>
  [
    ...originals.map(({ payload }) => Buffer.from(payload).toString()),
    ...notifications.map(({ text }) => text),
    ...events.map((event) => JSON.stringify(event.detail)),
    ...executions.map(({ input }) => input),
  ].join(" ") || detail;

/**
 * The error that the service named which set a message aside. A queue names none when it moves a message that was received too often.
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/rule-error-handling.html
 * @see https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html
 */
function reasonOf({ Body, MessageAttributes, Attributes }: Message): string {
  const body = objectIn(Body) ?? {};
  const failed = (asList(body["failures"]) ?? []).map((one) => asObject(one)?.["errorMessage"]);
  const detail = asObject(body["detail"]);
  const error = asObject(body["error"]);
  const said = [
    ...failed,
    asObject(body["responsePayload"])?.["errorMessage"],
    MessageAttributes?.["ERROR_MESSAGE"]?.StringValue,
    error?.["Cause"] ?? error?.["Error"],
    detail?.["cause"] ?? detail?.["error"] ?? detail?.["status"],
    asObject(body["requestContext"])?.["condition"],
  ].filter((text): text is string => typeof text === "string" && text !== "");
  const times = Attributes?.ApproximateReceiveCount ?? "several";
  return said[0] ?? `its consumer did not process it (received ${times} times)`;
}
