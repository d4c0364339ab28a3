import {
  DeleteMessageBatchCommand,
  SendMessageBatchCommand,
  type BatchResultErrorEntry,
  type SendMessageBatchRequestEntry,
  type SQSClient,
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
      const { Failed } = await sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));
      return refused(Failed);
    },
  });

export type Outgoing = Omit<SendMessageBatchRequestEntry, "Id">;

/** Returns a function that sends messages to a queue in batches. */
export const createSender = (
  sqs: SQSClient,
  QueueUrl: string,
): ((message: Outgoing) => Promise<void>) =>
  createBatcher({
    most,
    // A call takes 1 MiB. Attributes are small here.
    heaviest: 1_000_000,
    weigh: ({ MessageBody = "" }) => Buffer.byteLength(MessageBody) + 2000,
    async send(messages) {
      const Entries = messages.map((message, index) => ({ ...message, Id: String(index) }));
      const { Failed } = await sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
      return refused(Failed);
    },
  });

const refused = (failed: BatchResultErrorEntry[] = []): Map<number, unknown> =>
  new Map(
    failed.map(({ Id, Code = "", Message }) => [
      Number(Id),
      Object.assign(new Error(Message), { name: Code, $metadata: { httpStatusCode: 400 } }),
    ]),
  );
