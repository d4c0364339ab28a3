import { GetQueueAttributesCommand, SQSClient } from "@aws-sdk/client-sqs";
import type { Clients } from "../../aws/clients";

/**
 * Counts all messages of a queue: visible, hidden and delayed. An estimate on AWS. Exact on the emulator up to 1,000 messages; the count of
 * more is up to a fifth of a second old.
 */
export async function depthOf(clients: Clients, QueueUrl: string): Promise<number> {
  const { Attributes } = await clients.get(SQSClient).send(
    new GetQueueAttributesCommand({
      QueueUrl,
      AttributeNames: [
        "ApproximateNumberOfMessages",
        "ApproximateNumberOfMessagesNotVisible",
        "ApproximateNumberOfMessagesDelayed",
      ],
    }),
  );
  return Object.values(Attributes ?? {}).reduce((sum, count) => sum + Number(count), 0);
}
