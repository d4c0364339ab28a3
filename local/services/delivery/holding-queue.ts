import { randomUUID } from "node:crypto";
import {
  ChangeMessageVisibilityCommand,
  CreateQueueCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SQSClient,
  type Message,
} from "@aws-sdk/client-sqs";
import type { Clients } from "../../aws/clients";
import { queueUrl } from "./arns";
import { createConcurrencyLimit, mostFunctions } from "./concurrency-limit";
import { pause } from "./pause";
import { createDeleter } from "./queue-batches";

/** The longest visibility timeout of SQS, in seconds, so that no message that is being processed is received a second time. */
const hiddenSeconds = 43_200;

/** The most messages that ReceiveMessage returns. */
const mostPerCall = 10;

export interface HoldingQueueArgs {
  /** Part of the queue's name. */
  purpose: string;
  /** The service that sends, and the topic or rule for which it does. */
  sender: { service: string; sourceArn: string };
  /** The most messages that are processed at a time; each may occupy a process of the emulator. @default mostFunctions */
  concurrency?: number;
  /** Receives the reason whenever a message has to be retried. */
  warn: (reason: string) => void;
}

/** A queue of the local run behind a topic or a bus, which keeps each message until it is delivered or set aside. */
export interface HoldingQueue {
  arn: string;
  /** Passes each body to `handle` until `stopped` fires; a body that `handle` rejects is passed again a second later. */
  serve(handle: (body: string) => Promise<void>, stopped: AbortSignal): Promise<void>;
  /** Counts the messages that wait or are being processed. */
  held(): Promise<number>;
  close(): Promise<void>;
}

export async function openHoldingQueue(
  clients: Clients,
  { purpose, sender, concurrency = mostFunctions, warn }: HoldingQueueArgs,
): Promise<HoldingQueue> {
  const sqs = clients.get(SQSClient);
  const arn = await createQueue(clients, purpose, sender);
  const QueueUrl = queueUrl(clients.account, arn);

  const remove = createDeleter(sqs, QueueUrl);

  async function take(
    { Body = "", ReceiptHandle }: Message,
    handle: (body: string) => Promise<void>,
    stopped: AbortSignal,
  ): Promise<void> {
    try {
      await handle(Body);
      await remove(ReceiptHandle);
    } catch (error) {
      if (stopped.aborted) return;
      warn(String(error));
      await sqs.send(
        new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout: 1 }),
      );
    }
  }

  async function receive(stopped: AbortSignal): Promise<Message[]> {
    try {
      const { Messages } = await sqs.send(
        new ReceiveMessageCommand({
          QueueUrl,
          MaxNumberOfMessages: mostPerCall,
          WaitTimeSeconds: 20,
        }),
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
    arn,
    async serve(handle, stopped) {
      const underWay = new Set<Promise<void>>();
      const limit = createConcurrencyLimit(concurrency);
      const handled = (body: string): Promise<void> =>
        limit(() => {
          stopped.throwIfAborted();
          return handle(body);
        });
      while (!stopped.aborted) {
        // One call takes ten messages even while one place is free; the others wait here for theirs.
        while (underWay.size > concurrency) await Promise.race(underWay);
        for (const message of await receive(stopped)) {
          const taken: Promise<void> = take(message, handled, stopped)
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
      await sqs.send(new DeleteQueueCommand({ QueueUrl }));
    },
  };
}

async function createQueue(
  clients: Clients,
  purpose: string,
  { service, sourceArn }: HoldingQueueArgs["sender"],
): Promise<string> {
  const { accountId, region } = clients.account;
  const name = `local-${purpose}-${randomUUID()}`;
  const arn = `arn:aws:sqs:${region}:${accountId}:${name}`;
  await clients.get(SQSClient).send(
    new CreateQueueCommand({
      QueueName: name,
      Attributes: {
        VisibilityTimeout: String(hiddenSeconds),
        Policy: JSON.stringify({
          Version: "2012-10-17",
          Statement: {
            Effect: "Allow",
            Principal: { Service: service },
            Action: "sqs:SendMessage",
            Resource: arn,
            Condition: { ArnEquals: { "aws:SourceArn": sourceArn } },
          },
        }),
      },
    }),
  );
  return arn;
}
