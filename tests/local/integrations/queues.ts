import { DynamoDBStreamsClient } from "@aws-sdk/client-dynamodb-streams";
import { KinesisClient } from "@aws-sdk/client-kinesis";
import { S3Client } from "@aws-sdk/client-s3";
import {
  ChangeMessageVisibilityCommand,
  ReceiveMessageCommand,
  SQSClient,
  type Message,
} from "@aws-sdk/client-sqs";
import { channels } from "../../../reading/channel";
import { ownOf } from "../../../operations/redrive/own";
import { plan, type Plan } from "../../../operations/redrive/plan";
import { eventually, one } from "./eventually";
import type { World } from "./world";

/** The bodies of the messages in a queue, which stay in the queue. */
export async function held({ platform }: World, QueueUrl: string | undefined): Promise<string[]> {
  const sqs = platform.clients.get(SQSClient);
  const messages: Message[] = [];
  for (let last = 1; last > 0;) {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({
        QueueUrl,
        MaxNumberOfMessages: 10,
        VisibilityTimeout: 60,
        WaitTimeSeconds: 0,
      }),
    );
    messages.push(...Messages);
    last = Messages.length;
  }
  for (const { ReceiptHandle } of messages)
    await sqs.send(
      new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout: 0 }),
    );
  return messages.map(({ Body = "" }) => Body);
}

/** An invalid message in the quarantine. */
export interface Quarantined {
  reason: string;
  detail: string;
  deviceId?: string;
  receivedAt?: number;
  payload: string;
}

async function quarantinedIn(world: World, integration: string): Promise<Quarantined[]> {
  const bodies = await held(world, world.outputs.of[integration]?.quarantineUrl);
  return bodies.map((body) => JSON.parse(body) as Quarantined);
}

/** The messages of a device in the quarantine, by the output of an integration. */
export async function quarantinedFrom(
  world: World,
  integration: string,
  deviceId: string,
): Promise<Quarantined[]> {
  const entries = await quarantinedIn(world, integration);
  return entries.filter((entry) => entry.deviceId === deviceId);
}

/** The messages of unknown origin in the quarantine that have these bytes. */
export async function quarantinedAs(
  world: World,
  integration: string,
  bytes: Buffer,
): Promise<Quarantined[]> {
  const entries = await quarantinedIn(world, integration);
  const payload = bytes.toString("base64");
  return entries.filter((entry) => entry.deviceId === undefined && entry.payload === payload);
}

/** A message of a failures queue: as the operator's tool reads it, and as it is. */
export interface SetAside extends Plan {
  body: Record<string, unknown>;
  /** The device's own messages in it: from where, and the bytes in Base64. */
  sent: { topic: string; payload: string }[];
}

/** The messages of devices in an integration's failures queue. */
export async function setAsideFrom(
  world: World,
  integration: string,
  ...devices: string[]
): Promise<SetAside[]> {
  const { clients } = world.platform;
  const reads = {
    s3: clients.get(S3Client),
    kinesis: clients.get(KinesisClient),
    tableStreams: clients.get(DynamoDBStreamsClient),
  };
  const { topicPrefix } = world.outputs;
  const own = ownOf(world.outputs, integration);
  const bodies = await held(world, own.queueUrl);
  const all = await Promise.all(
    bodies.map(async (body) => {
      const planned = await plan(reads, { Body: body }, own);
      const sent = planned.originals.map(({ topic, payload }) => ({
        topic,
        payload: Buffer.from(payload).toString("base64"),
      }));
      return { ...planned, sent, body: JSON.parse(body) as Record<string, unknown> };
    }),
  );
  const topics = devices.flatMap((deviceId) =>
    channels.map((channel) => `${topicPrefix}/${deviceId}/${channel}`),
  );
  return all.filter(
    ({ sent, notifications }) =>
      sent.some(({ topic }) => topics.includes(topic)) ||
      notifications.some(({ attributes: { deviceId } }) =>
        devices.includes(deviceId?.StringValue ?? ""),
      ),
  );
}

/** The only message of a device in a failures queue, once it has arrived. */
export const setAside = (world: World, integration: string, device: string): Promise<SetAside> =>
  eventually(`a message of ${device} in the failures queue of ${integration}`, async () =>
    one(await setAsideFrom(world, integration, device)),
  );
