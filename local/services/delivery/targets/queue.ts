import { SQSClient } from "@aws-sdk/client-sqs";
import { queueUrl } from "../arns";
import { sendMessage } from "../queue-batches";
import { parameter, sendEach, type Caller, type Target } from "./target";

export interface QueueParameters {
  /** For FIFO queues. */
  messageGroupId?: string;
  messageDeduplicationId?: string;
}

/** Sends messages to a queue. */
export function queue(
  { clients, credentials }: Caller,
  queueArn: string,
  parameters: QueueParameters = {},
): Target {
  const group = parameters.messageGroupId && parameter(parameters.messageGroupId);
  const deduplication =
    parameters.messageDeduplicationId && parameter(parameters.messageDeduplicationId);
  return {
    most: 10,
    async send(entries) {
      const sqs = clients.get(SQSClient, await credentials());
      const QueueUrl = queueUrl(clients.account, queueArn);
      return sendEach(entries, ({ text, event }) =>
        sendMessage(sqs, QueueUrl, {
          MessageBody: text,
          ...(group && { MessageGroupId: group(event) }),
          ...(deduplication && { MessageDeduplicationId: deduplication(event) }),
        }),
      );
    },
  };
}
