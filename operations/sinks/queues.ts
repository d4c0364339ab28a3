import type { Message, SQSClient } from "@aws-sdk/client-sqs";
import type { ReadingClients } from "../clients";
import { receiveAll, release, remove } from "../redrive/failures-queue";
import type { Own } from "../redrive/own";
import { plan } from "../redrive/plan";
import { deviceOf, hashOf } from "./message-hash";

/** The messages in a queue, which stay in the queue. */
async function messagesOf(sqs: SQSClient, queueUrl: string): Promise<Message[]> {
  const messages = [];
  for await (const batch of receiveAll(sqs, queueUrl, Infinity)) messages.push(...batch);
  await Promise.all(messages.map((message) => release(sqs, queueUrl, message)));
  return messages;
}

/** An entry of a quarantine; undefined for a message that no function of the program sent. */
function quarantined(body = ""): { deviceId?: string; payload: string } | undefined {
  try {
    return JSON.parse(body) as { deviceId?: string; payload: string };
  } catch {
    return undefined;
  }
}

/** Hashes of what a quarantine holds. */
export async function quarantinedIn(sqs: SQSClient, queueUrl: string): Promise<Set<string>> {
  const messages = await messagesOf(sqs, queueUrl);
  const entries = messages
    .map(({ Body }) => quarantined(Body))
    .filter((entry) => entry !== undefined);
  return new Set(
    entries.map(({ deviceId = "", payload }) => hashOf(deviceId, Buffer.from(payload, "base64"))),
  );
}

/**
 * Returns a function that reads quarantines as `quarantinedIn` does. Integrations share one and ask at the same time: they share the
 * answer as well, since each reader hides from the others what it reads.
 */
export function createQuarantineReader(sqs: SQSClient): (queueUrl: string) => Promise<Set<string>> {
  const underWay = new Map<string, Promise<Set<string>>>();
  return (queueUrl) => {
    const known = underWay.get(queueUrl);
    if (known) return known;
    const read = quarantinedIn(sqs, queueUrl).finally(() => underWay.delete(queueUrl));
    underWay.set(queueUrl, read);
    return read;
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
export async function setAsideIn(clients: ReadingClients, own: Own): Promise<Set<string>> {
  const found = new Set<string>();
  for (const message of await messagesOf(clients.sqs, own.queueUrl)) {
    const { originals, notifications, events, executions } = await plan(clients, message, own);
    for (const { topic, payload, rewritten } of originals)
      found.add(rewritten ?? hashOf(deviceOf(topic, own.topicPrefix), payload));
    for (const { attributes } of notifications)
      found.add(`${attributes.deviceId?.StringValue}#${attributes.timestamp?.StringValue}`);
    for (const record of [
      ...events.map(({ detail }) => detail),
      ...executions.map(({ input }) => JSON.parse(input) as Record<string, unknown>),
    ])
      found.add(`${String(record.deviceId)}#${String(record.timestamp)}`);
  }
  return found;
}
