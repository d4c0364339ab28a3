import { randomUUID } from "node:crypto";
import { SNSClient, SubscribeCommand, UnsubscribeCommand } from "@aws-sdk/client-sns";
import {
  ChangeMessageVisibilityCommand,
  CreateQueueCommand,
  DeleteMessageCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SQSClient,
  type Message,
} from "@aws-sdk/client-sqs";
import type { Clients } from "../aws/clients";
import { pause } from "./pause";

/** The longest that SQS hides a message, seconds: what is under way is never handed out twice. */
const hiddenSeconds = 43_200;

/** Messages under way at a time; each may keep a process of the emulator busy. */
const concurrency = 8;

/** A queue of our own behind a topic, which keeps each notification until it is delivered or set aside. */
export interface HoldingQueue {
  subscriptionArn: string;
  /** Hands out each body until `stopped`; what `handle` rejects comes back a second later. */
  serve(handle: (body: string) => Promise<void>, stopped: AbortSignal): Promise<void>;
  /** How many notifications wait or are under way. */
  held(): Promise<number>;
  close(): Promise<void>;
}

/** `warn` hears of each delivery that has to be tried again. */
export async function openHoldingQueue(
  clients: Clients,
  topicArn: string,
  warn: (reason: string) => void,
): Promise<HoldingQueue> {
  const sqs = clients.get(SQSClient);
  const sns = clients.get(SNSClient);
  const QueueUrl = await createQueue(clients, topicArn);
  const subscriptionArn = await subscribe(clients, topicArn, QueueUrl);

  async function take(
    { Body = "", ReceiptHandle }: Message,
    handle: (body: string) => Promise<void>,
    stopped: AbortSignal,
  ): Promise<void> {
    try {
      await handle(Body);
      await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
    } catch (error) {
      if (stopped.aborted) return;
      warn(String(error));
      await sqs.send(
        new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout: 1 }),
      );
    }
  }

  async function receive(most: number, stopped: AbortSignal): Promise<Message[]> {
    try {
      const { Messages } = await sqs.send(
        new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: most, WaitTimeSeconds: 20 }),
        { abortSignal: stopped },
      );
      return Messages ?? [];
    } catch (error) {
      if (!stopped.aborted) warn(String(error));
      await pause(1000, stopped);
      return [];
    }
  }

  return {
    subscriptionArn,
    async serve(handle, stopped) {
      const underWay = new Set<Promise<void>>();
      while (!stopped.aborted) {
        if (underWay.size >= concurrency) await Promise.race(underWay);
        for (const message of await receive(concurrency - underWay.size, stopped)) {
          const taken: Promise<void> = take(message, handle, stopped)
            .catch((error: unknown) => warn(String(error)))
            .finally(() => underWay.delete(taken));
          underWay.add(taken);
        }
      }
      await Promise.all(underWay);
    },
    async held() {
      const { Attributes } = await sqs.send(
        new GetQueueAttributesCommand({
          QueueUrl,
          AttributeNames: ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"],
        }),
      );
      return Object.values(Attributes ?? {}).reduce((sum, count) => sum + Number(count), 0);
    },
    async close() {
      await sns.send(new UnsubscribeCommand({ SubscriptionArn: subscriptionArn }));
      await sqs.send(new DeleteQueueCommand({ QueueUrl }));
    },
  };
}

async function createQueue(clients: Clients, topicArn: string): Promise<string> {
  const { accountId, region } = clients.account;
  const name = `local-subscription-${randomUUID()}`;
  const { QueueUrl } = await clients.get(SQSClient).send(
    new CreateQueueCommand({
      QueueName: name,
      Attributes: {
        VisibilityTimeout: String(hiddenSeconds),
        Policy: JSON.stringify({
          Version: "2012-10-17",
          Statement: {
            Effect: "Allow",
            Principal: { Service: "sns.amazonaws.com" },
            Action: "sqs:SendMessage",
            Resource: `arn:aws:sqs:${region}:${accountId}:${name}`,
            Condition: { ArnEquals: { "aws:SourceArn": topicArn } },
          },
        }),
      },
    }),
  );
  if (!QueueUrl) throw new Error(`The emulator gave no URL for the queue '${name}'.`);
  return QueueUrl;
}

/** Not raw, so that attributes and ids come along. */
async function subscribe(clients: Clients, topicArn: string, QueueUrl: string): Promise<string> {
  const { Attributes } = await clients
    .get(SQSClient)
    .send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["QueueArn"] }));
  const { SubscriptionArn } = await clients.get(SNSClient).send(
    new SubscribeCommand({
      TopicArn: topicArn,
      Protocol: "sqs",
      Endpoint: Attributes?.["QueueArn"],
      ReturnSubscriptionArn: true,
    }),
  );
  if (!SubscriptionArn)
    throw new Error(`The emulator gave no ARN for a subscription of ${topicArn}.`);
  return SubscriptionArn;
}
