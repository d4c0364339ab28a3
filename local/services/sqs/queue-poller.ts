import { ReceiveMessageCommand, SQSClient, type Message } from "@aws-sdk/client-sqs";
import type { Clients, Credentials } from "../../aws/clients";
import { checkRole } from "../../aws/role-permissions";
import { queueUrl } from "../delivery/arns";
import { idlePause, pause } from "../delivery/pause";
import { createDeleter } from "../delivery/queue-batches";
import { cut } from "../delivery/streams/batch";
import { depthOf } from "./queue-depth";

export interface QueuePollerArgs {
  clients: Clients;
  queueArn: string;
  /** The role that reads the queue. */
  roleArn: string;
  credentials: () => Promise<Credentials>;
  /** 1–10,000. */
  batchSize: number;
  /** How long messages are gathered for a larger batch. */
  windowMilliseconds: number;
  /** The most batches that are processed at a time. */
  concurrency: number;
  /** Processes a batch. Resolves with the ids of the messages that stay in the queue; if it rejects, all stay. */
  handle: (messages: Message[]) => Promise<ReadonlySet<string>>;
  /** Receives, once per reason, what does not work, as the predicate of a sentence about the role: `cannot read …`. */
  warn: (reason: string) => void;
}

export interface QueuePoller {
  /** Resolves when the queue is empty: each message is processed, or its redrive policy has set it aside. */
  idle(): Promise<void>;
  /** Finishes the batches that are being processed, then stops. */
  stop(): Promise<void>;
}

/** Between two attempts to read a queue that cannot be read. */
const retryMilliseconds = 200;

/** A payload of Lambda and of Pipes takes 6 MB; each message adds about a kilobyte. */
const heaviest = 6_000_000;
const weigh = ({ Body = "" }: Message): number => Buffer.byteLength(Body) + 1000;

/**
 * Reads a queue in batches. A failed message stays hidden until the queue's visibility timeout is over, and the queue's redrive policy
 * sets it aside. There is one receiver per queue; AWS scales up.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
 */
export function startQueuePoller(args: QueuePollerArgs): QueuePoller {
  const { clients, queueArn, credentials, batchSize, windowMilliseconds, concurrency } = args;
  const QueueUrl = queueUrl(clients.account, queueArn);
  const stopping = new AbortController();
  const stopped = stopping.signal;
  const underWay = new Set<Promise<void>>();
  const remove = createDeleter(clients.get(SQSClient), QueueUrl);
  let lastReason: string | undefined;

  async function receive(most: number, waitSeconds: number): Promise<Message[]> {
    try {
      const sqs = clients.get(SQSClient, await credentials());
      const { Messages = [] } = await sqs.send(
        new ReceiveMessageCommand({
          QueueUrl,
          MaxNumberOfMessages: Math.min(most, 10),
          WaitTimeSeconds: waitSeconds,
          MessageSystemAttributeNames: ["All"],
          MessageAttributeNames: ["All"],
        }),
        { abortSignal: stopped },
      );
      lastReason = undefined;
      return Messages;
    } catch (error) {
      const reason = String(error);
      if (!stopped.aborted && reason !== lastReason)
        args.warn(`cannot read ${queueArn}: ${reason}`);
      lastReason = reason;
      await pause(retryMilliseconds, stopped);
      return [];
    }
  }

  async function gather(): Promise<Message[]> {
    const messages = await receive(batchSize, 20);
    if (messages.length === 0) return messages;
    const until = Date.now() + windowMilliseconds;
    while (messages.length < batchSize && !stopped.aborted) {
      const left = until - Date.now();
      // Without a window, messages that are already there still belong to the batch.
      if (left <= 0 && messages.length % 10 !== 0) break;
      const more = await receive(batchSize - messages.length, Math.max(0, Math.ceil(left / 1000)));
      if (more.length === 0 && left <= 0) break;
      messages.push(...more);
    }
    return messages;
  }

  async function take(messages: readonly Message[]): Promise<void> {
    const kept = await args.handle([...messages]).catch((error: unknown) => {
      args.warn(`cannot work on messages of ${queueArn}: ${String(error)}`);
      return new Set(messages.map(({ MessageId = "" }) => MessageId));
    });
    const done = messages.filter(({ MessageId = "" }) => !kept.has(MessageId));
    if (done.length === 0) return;
    // The root deletes here; on AWS, the role does.
    const action = "sqs:DeleteMessage";
    await checkRole(clients, { roleArn: args.roleArn, action, resource: queueArn });
    await Promise.all(done.map(({ ReceiptHandle }) => remove(ReceiptHandle)));
  }

  async function run(): Promise<void> {
    while (!stopped.aborted) {
      if (underWay.size >= concurrency) await Promise.race(underWay);
      const messages = await gather();
      for (const { records } of cut(messages, { longest: batchSize, heaviest, weigh })) {
        const taken: Promise<void> = take(records)
          .catch((error: unknown) =>
            args.warn(`cannot delete messages of ${queueArn}: ${String(error)}`),
          )
          .finally(() => underWay.delete(taken));
        underWay.add(taken);
      }
    }
    await Promise.all(underWay);
  }

  const running = run();
  return {
    async idle() {
      while (!stopped.aborted && (underWay.size > 0 || (await depthOf(clients, QueueUrl)) > 0))
        await pause(idlePause, stopped);
    },
    async stop() {
      stopping.abort();
      await running;
    },
  };
}
