import {
  DeleteMessageBatchCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  type SendMessageBatchRequestEntry,
  type SendMessageBatchResult,
  type SQSClient,
  type SQSServiceException,
} from "@aws-sdk/client-sqs";
import { createBatcher } from "./batcher";

/** The most messages in one call, of either kind. */
const most = 10;

/** Returns a function that deletes messages of a queue in batches. */
export const createDeleter = (
  sqs: SQSClient,
  QueueUrl: string,
): ((receiptHandle: string | undefined) => Promise<void>) =>
  createBatcher({
    most,
    // Nothing waits for a deletion, so that several messages share a call.
    lingerMilliseconds: 100,
    async send(receipts) {
      const Entries = receipts.map((ReceiptHandle, index) => ({
        Id: String(index),
        ReceiptHandle,
      }));
      return refused(await sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries })));
    },
  });

export type Outgoing = Omit<SendMessageBatchRequestEntry, "Id">;

/**
 * Returns a function that sends messages to a queue, several in a call if they come while another call is under way. A message is refused
 * or sent as by a call of its own.
 */
function createSender(sqs: SQSClient, QueueUrl: string): (message: Outgoing) => Promise<void> {
  async function sendEach(messages: Outgoing[]): Promise<Map<number, unknown>> {
    const outcomes = await Promise.allSettled(
      messages.map((message) => sqs.send(new SendMessageCommand({ ...message, QueueUrl }))),
    );
    return new Map(
      outcomes.flatMap((one, index): [number, unknown][] =>
        one.status === "rejected" ? [[index, one.reason]] : [],
      ),
    );
  }

  return createBatcher({
    most,
    // A call takes 1 MiB. Attributes are small here.
    heaviest: 1_000_000,
    weigh: ({ MessageBody = "" }) => Buffer.byteLength(MessageBody) + 2000,
    async send(messages) {
      if (messages.length === 1) return sendEach(messages);
      const Entries = messages.map((message, index) => ({ ...message, Id: String(index) }));
      try {
        return refused(await sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries })));
      } catch (error) {
        // Without an answer, the messages may have arrived.
        if ((error as Partial<SQSServiceException>).$metadata?.httpStatusCode === undefined)
          throw error;
        // One message can fail a call: the emulator cannot encode half a character.
        return sendEach(messages);
      }
    },
  });
}

type BatchAnswer = Pick<SendMessageBatchResult, "Failed"> & { $metadata: object };

type Sender = ReturnType<typeof createSender>;

const senders = new WeakMap<SQSClient, Map<string, Sender>>();

/** Sends a message with those that the same client sends to the queue meanwhile. */
export function sendMessage(sqs: SQSClient, QueueUrl: string, message: Outgoing): Promise<void> {
  const known = senders.get(sqs) ?? new Map<string, Sender>();
  senders.set(sqs, known);
  const sender = known.get(QueueUrl) ?? createSender(sqs, QueueUrl);
  known.set(QueueUrl, sender);
  return sender(message);
}

/** The errors of the entries of a call, as calls of their own would have them. */
const refused = ({ Failed = [], $metadata }: BatchAnswer): Map<number, unknown> =>
  new Map(
    Failed.map(({ Id, Code = "", Message }) => [
      Number(Id),
      Object.assign(new Error(Message), {
        name: Code,
        $metadata: { ...$metadata, httpStatusCode: 400 },
      }),
    ]),
  );
