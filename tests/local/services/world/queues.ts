import {
  CreateQueueCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import type { Clients } from "../../../../local/aws/clients";
import { next } from "./names";
import type { Statement } from "./roles";

export interface Queues {
  queue(
    policyFor?: (queueArn: string) => object,
    attributes?: Record<string, string>,
  ): Promise<{ url: string; arn: string }>;
  send(queueUrl: string, ...bodies: string[]): Promise<void>;
  bodies(queueUrl: string): Promise<string[]>;
}

export function createQueues(clients: Clients): Queues {
  const { region, accountId } = clients.account;
  const sqs = clients.get(SQSClient);

  return {
    async queue(policyFor, attributes = {}) {
      const name = next("queue");
      const arn = `arn:aws:sqs:${region}:${accountId}:${name}`;
      const { QueueUrl = "" } = await sqs.send(
        new CreateQueueCommand({
          QueueName: name,
          Attributes: {
            ...attributes,
            ...(policyFor && { Policy: JSON.stringify(policyFor(arn)) }),
          },
        }),
      );
      return { url: QueueUrl, arn };
    },
    async send(QueueUrl, ...bodies) {
      for (const MessageBody of bodies)
        await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody }));
    },
    async bodies(QueueUrl) {
      const { Messages } = await sqs.send(
        new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, VisibilityTimeout: 0 }),
      );
      return (Messages ?? []).map(({ Body = "" }) => Body);
    },
  };
}

/** What a role needs to drain a queue. */
export const drainQueue = (queueArn: string): Statement => ({
  Action: ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"],
  Resource: queueArn,
});
