import { callApi } from "../../aws/call-api";
import type { Account } from "../../aws/clients";

/** The part of a message in the emulator's list that is used. */
export interface PeekedMessage {
  MessageId: string;
  Body: string;
  /** In seconds since the epoch. */
  SentTimestamp: number;
  MessageAttributes: Record<string, { StringValue?: string }>;
}

/** By account, region and queue. */
interface Listing {
  messages: Record<string, Record<string, Record<string, PeekedMessage[]>>>;
}

/**
 * The messages of a queue by a path of the emulator's own. SQS has no way to look at messages that leaves them as they are: to receive one
 * hides it and counts as an attempt at it.
 */
export async function peek(account: Account, queueUrl: string): Promise<PeekedMessage[]> {
  const query = { QueueUrl: queueUrl };
  const path = "/_ministack/sqs/messages";
  const { status, body } = await callApi(account, account.endpoint, path, { query });
  if (status !== 200) throw new Error(`The emulator does not show the messages of ${queueUrl}.`);
  const { messages } = JSON.parse(body.toString()) as Listing;
  return Object.values(messages)
    .flatMap((regions) => Object.values(regions))
    .flatMap((queues) => Object.values(queues).flat());
}
