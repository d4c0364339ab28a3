import { DynamoDBStreamsClient } from "@aws-sdk/client-dynamodb-streams";
import { KinesisClient } from "@aws-sdk/client-kinesis";
import { S3Client } from "@aws-sdk/client-s3";
import { SQSClient } from "@aws-sdk/client-sqs";
import { receiveAll, release } from "../../operations/redrive/failures-queue";
import { plan } from "../../operations/redrive/plan";
import type { Clients } from "../aws/clients";
import { deviceOf, hashOf } from "./published-messages";

/** The bodies of the messages in a queue, which stay in the queue. */
async function bodiesOf(clients: Clients, queueUrl: string): Promise<string[]> {
  const sqs = clients.get(SQSClient);
  const messages = [];
  for await (const batch of receiveAll(sqs, queueUrl, Infinity)) messages.push(...batch);
  await Promise.all(messages.map((message) => release(sqs, queueUrl, message)));
  return messages.map(({ Body }) => Body ?? "");
}

/** Hashes of what a quarantine holds. */
export async function quarantinedIn(clients: Clients, queueUrl: string): Promise<Set<string>> {
  const bodies = await bodiesOf(clients, queueUrl);
  return new Set(
    bodies.map((body) => {
      const { deviceId = "", payload } = JSON.parse(body) as { deviceId?: string; payload: string };
      return hashOf(deviceId, Buffer.from(payload, "base64"));
    }),
  );
}

/** Hashes, or ids of alerts, of what a failures queue holds, read as the operator's tool reads it. */
export async function setAsideIn(
  clients: Clients,
  queueUrl: string,
  topicPrefix: string,
): Promise<Set<string>> {
  const found = new Set<string>();
  const reading = {
    s3: clients.get(S3Client),
    kinesis: clients.get(KinesisClient),
    tableStreams: clients.get(DynamoDBStreamsClient),
  };
  for (const body of await bodiesOf(clients, queueUrl)) {
    const { originals, notifications, events, executions } = await plan(reading, body, topicPrefix);
    for (const { topic, payload } of originals)
      found.add(hashOf(deviceOf(topic, topicPrefix), payload));
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
