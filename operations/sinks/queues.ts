import type { Message, SQSClient } from "@aws-sdk/client-sqs";
import type { Reason } from "../../functions/shared/invalid";
import type { ReadingClients } from "../clients";
import { receiveAll, release, remove } from "../redrive/failures-queue";
import type { Own } from "../redrive/own";
import { objectIn } from "../redrive/json";
import { plan } from "../redrive/plan";
import { deviceOf, hashOf } from "./message-hash";

/** Returns the messages of a queue, by its URL; they stay in the queue. */
export type QueueReader = (queueUrl: string) => Promise<Message[]>;

/** Reads queues as on AWS, where other readers do not see a message for as long as it is read. */
const receiving =
  (sqs: SQSClient): QueueReader =>
  async (queueUrl) => {
    const messages = [];
    for await (const batch of receiveAll(sqs, queueUrl, Infinity)) messages.push(...batch);
    await Promise.all(messages.map((message) => release(sqs, queueUrl, message)));
    return messages;
  };

/** An entry of a quarantine. */
interface Entry {
  reason?: string;
  deviceId?: string;
  payload: string;
}

/** The entry in a message of a quarantine; undefined for a message that no function of the program sent. */
function quarantined(body = ""): Entry | undefined {
  try {
    return JSON.parse(body) as Entry;
  } catch {
    return undefined;
  }
}

/** The reasons for which one integration quarantines readings that are valid for all others, by its stem. */
const reasonsOfOne: Readonly<Record<string, readonly string[]>> = {
  "iot-to-comprehend": ["empty-text", "unsupported-language"] satisfies Reason[],
  "camera-to-rekognition": [
    "not-an-image-event",
    "image-format",
    "image-too-large",
    "image-too-small",
    "image-missing",
  ] satisfies Reason[],
  "iot-to-datadog": ["too-old-for-datadog", "refused-by-datadog"] satisfies Reason[],
  "iot-to-sagemaker": ["refused-by-model"] satisfies Reason[],
  "iot-to-timestream": ["refused-by-store"] satisfies Reason[],
};

function concerns(integration: string, { reason = "" }: Entry): boolean {
  const others = Object.entries(reasonsOfOne).filter(([stem]) => stem !== integration);
  return !others.some(([, reasons]) => reasons.includes(reason));
}

async function entriesIn(read: QueueReader, queueUrl: string): Promise<Entry[]> {
  const messages = await read(queueUrl);
  return messages.map(({ Body }) => quarantined(Body)).filter((entry) => entry !== undefined);
}

/** Reads a quarantine; resolves with the hashes of the messages in it that an integration finds invalid or does not take. */
export type QuarantineReader = (queueUrl: string, integration: string) => Promise<Set<string>>;

/**
 * Returns a function that reads quarantines. Integrations share one and ask at the same time: they share the reading as well, since each
 * reader hides from the others what it reads.
 */
export function createQuarantineReader(
  sqs: SQSClient,
  readQueue: QueueReader = receiving(sqs),
): QuarantineReader {
  const underWay = new Map<string, Promise<Entry[]>>();
  const read = (queueUrl: string): Promise<Entry[]> => {
    const known = underWay.get(queueUrl);
    if (known) return known;
    const reading = entriesIn(readQueue, queueUrl).finally(() => underWay.delete(queueUrl));
    underWay.set(queueUrl, reading);
    return reading;
  };
  return async (queueUrl, integration) => {
    const entries = (await read(queueUrl)).filter((entry) => concerns(integration, entry));
    return new Set(
      entries.map(({ deviceId = "", payload }) => hashOf(deviceId, Buffer.from(payload, "base64"))),
    );
  };
}

/** Deletes the messages of one device from a quarantine; all others stay. Returns how many were deleted. */
export async function deleteQuarantined(
  sqs: SQSClient,
  queueUrl: string,
  deviceId: string,
): Promise<number> {
  const messages = [];
  for await (const batch of receiveAll(sqs, queueUrl, Infinity)) messages.push(...batch);
  const own = messages.filter(({ Body }) => quarantined(Body)?.deviceId === deviceId);
  await Promise.all(
    messages.map((message) => (own.includes(message) ? remove : release)(sqs, queueUrl, message)),
  );
  return own.length;
}

/** Hashes, or ids of alerts, of what a failures queue holds, read as the operator's tool reads it. */
export async function setAsideIn(
  clients: ReadingClients,
  own: Own,
  readQueue: QueueReader = receiving(clients.sqs),
): Promise<Set<string>> {
  const found = new Set<string>();
  for (const message of await readQueue(own.queueUrl)) {
    const { originals, notifications, events, executions, announcements } = await plan(
      clients,
      message,
      own,
    );
    for (const { hash } of announcements) if (hash !== undefined) found.add(hash);
    for (const { topic, payload, rewritten } of originals)
      found.add(rewritten ?? hashOf(deviceOf(topic, own.topicPrefix), payload));
    for (const { attributes } of notifications)
      found.add(`${attributes.deviceId?.StringValue}#${attributes.timestamp?.StringValue}`);
    const records: Record<string, unknown>[] = [
      ...events.map(({ detail }) => detail),
      ...executions.map(({ input }) => objectIn(input) ?? {}),
    ];
    for (const { deviceId: device, timestamp } of records)
      found.add(`${String(device)}#${String(timestamp)}`);
  }
  return found;
}
