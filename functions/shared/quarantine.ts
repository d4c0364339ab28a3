import { SendMessageBatchCommand, SQSClient } from "@aws-sdk/client-sqs";
import type { Envelope } from "./envelope";
import { log, told } from "./log";
import type { Invalid } from "./reading";

/** An invalid message as it is kept: why, and the bytes as they came. */
export interface QuarantineEntry extends Invalid, Partial<Envelope> {
  /** The original bytes in Base64. */
  payload: string;
}

/** Puts entries into the quarantine and returns the indices of those it could not put there. */
export type Quarantine = (entries: QuarantineEntry[]) => Promise<number[]>;

// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html
const mostEntries = 10;
const mostBytes = 1_048_576;

/**
 * A quarantine that is an SQS queue, written in batches of at most 10 messages and 1 MiB. A batch that fails takes no other with
 * it: what is in the quarantine already must not come again.
 */
export function quarantineQueue(client: SQSClient, queueUrl: string): Quarantine {
  return async (entries) => {
    const bodies = entries.map(bodyOf);
    const failed: number[] = [];
    for (const batch of batches(bodies)) {
      try {
        const { Failed = [] } = await client.send(
          new SendMessageBatchCommand({
            QueueUrl: queueUrl,
            Entries: batch.map((index) => ({ Id: String(index), MessageBody: bodies[index] })),
          }),
        );
        failed.push(...Failed.map(({ Id }) => Number(Id)));
      } catch (error) {
        log("error", "the quarantine is out of reach", { error: told(error) });
        failed.push(...batch);
      }
    }
    return failed;
  };
}

/**
 * As JSON that SQS takes: of what JSON leaves as it is, SQS refuses these two characters, which a device may well send.
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html
 */
const bodyOf = (entry: QuarantineEntry): string =>
  JSON.stringify(entry).replace(/[\ufffe\uffff]/g, (one) => `\\u${one.charCodeAt(0).toString(16)}`);

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
