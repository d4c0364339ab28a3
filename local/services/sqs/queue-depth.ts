import { GetQueueAttributesCommand, SQSClient } from "@aws-sdk/client-sqs";
import type { Clients } from "../../aws/clients";

/** Counts all messages of a queue: visible, hidden and delayed. Exact on the emulator, an estimate on AWS. */
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
