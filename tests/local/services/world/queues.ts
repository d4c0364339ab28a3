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
  /**
   * A queue that sets a message aside five seconds after its first delivery, and the queue that then receives it. A message that a function
   * processes must be deleted before; the start of a function takes more than one second on a busy machine.
   */
  redrivingQueue(): Promise<Record<"source" | "failures", { url: string; arn: string }>>;
  send(queueUrl: string, ...bodies: string[]): Promise<void>;
  bodies(queueUrl: string): Promise<string[]>;
}

export function createQueues(clients: Clients): Queues {
  const { region, accountId } = clients.account;
  const sqs = clients.get(SQSClient);

  const queues: Queues = {
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
    async redrivingQueue() {
      const failures = await queues.queue();
      const source = await queues.queue(undefined, {
        VisibilityTimeout: "5",
        RedrivePolicy: JSON.stringify({ deadLetterTargetArn: failures.arn, maxReceiveCount: 1 }),
      });
      return { source, failures };
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
  return queues;
}

/** The permissions that a role needs to read a queue. */
export const drainQueue = (queueArn: string): Statement => ({
  Action: ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"],
  Resource: queueArn,
});
