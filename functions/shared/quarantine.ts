import { SendMessageBatchCommand, SQSClient } from "@aws-sdk/client-sqs";
import { createHash } from "node:crypto";
import type { Envelope } from "./envelope";
import type { Invalid } from "./invalid";
import { describeError, log } from "./log";

/** An invalid message in the quarantine: the reason, and the bytes as the device sent them. */
export interface QuarantineEntry extends Invalid, Partial<Envelope> {
  /** The original bytes in Base64. */
  payload: string;
}

/** Puts entries into the quarantine; returns the indices of those that it did not take. */
export type Quarantine = (entries: QuarantineEntry[]) => Promise<number[]>;

// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html
const mostEntries = 10;
const mostBytes = 1_048_576;

/**
 * A quarantine in an SQS queue, written in batches of at most 10 messages and 1 MiB. A batch that fails does not fail the others:
 * what the queue has taken must not come again. SQS drops an entry whose message it took for the same reason within the last five minutes,
 * from any callback. With `kind` "standard", the queue is a failures queue, which keeps each entry and takes no ids.
 */
export function quarantineQueue(
  client: SQSClient,
  queueUrl: string,
  kind: "FIFO" | "standard" = "FIFO",
): Quarantine {
  return async (entries) => {
    const bodies = entries.map(bodyOf);
    const ids = entries.map(idOf);
    const failed: number[] = [];
    for (const batch of batches(bodies)) {
      try {
        const { Failed = [] } = await client.send(
          new SendMessageBatchCommand({
            QueueUrl: queueUrl,
            Entries: batch.map((index) => ({
              Id: String(index),
              MessageBody: bodies[index],
              // A group for each message: none waits for another, and no limit of a group throttles a device.
              ...(kind === "FIFO" && {
                MessageGroupId: ids[index],
                MessageDeduplicationId: ids[index],
              }),
            })),
          }),
        );
        failed.push(...Failed.map(({ Id }) => Number(Id)));
      } catch (error) {
        log("error", "the quarantine is out of reach", { error: describeError(error) });
        failed.push(...batch);
      }
    }
    return failed;
  };
}

/**
 * An entry as JSON that SQS accepts: SQS refuses two characters that JSON does not escape and a device may send.
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html
 */
const bodyOf = (entry: QuarantineEntry): string =>
  JSON.stringify(entry).replace(/[\ufffe\uffff]/g, (one) => `\\u${one.charCodeAt(0).toString(16)}`);

/**
 * Identifies a message and the reason why it is invalid. 64 hexadecimal digits, of at most 128 characters that SQS accepts.
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/using-messagededuplicationid-property.html
 */
const idOf = ({ reason, deviceId, payload, channel }: QuarantineEntry): string =>
  createHash("sha256")
    .update(JSON.stringify([reason, deviceId, payload, ...(channel ? [channel] : [])]))
    .digest("hex");

function batches(bodies: string[]): number[][] {
  const made: number[][] = [];
  let open: number[] = [];
  let bytes = 0;
  bodies.forEach((body, index) => {
    const size = Buffer.byteLength(body);
    if (open.length === mostEntries || (open.length > 0 && bytes + size > mostBytes)) {
      made.push(open);
      [open, bytes] = [[], 0];
    }
    open.push(index);
    bytes += size;
  });
  return open.length > 0 ? [...made, open] : made;
}
