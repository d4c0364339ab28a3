import * as pulumi from "@pulumi/pulumi";
import { alarm, type AlarmTarget } from "./alarm";
import { Queue, type Sender } from "./queue";
import type { Arn } from "./names";

const day = 86_400;

/**
 * The longest that SQS keeps a message.
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html
 */
const retentionDays = 14;

/** The age at which the oldest message raises an alarm. */
const ageAlarmDays = 10;

/** The meaning of a message in the queue, and what to do about it. */
const meanings = {
  failures:
    "valid messages could not be delivered. Read one to find the cause, fix it, then redrive the queue.",
  quarantine:
    "devices sent invalid messages. Read the reason in one, fix the devices that send them, then delete the messages.",
};

export interface DeadLetterQueueArgs {
  alarms: AlarmTarget;
  /** What the queue holds: valid messages that could not be delivered, or invalid messages. @default "failures" */
  purpose?: keyof typeof meanings;
  /** Queues that redrive to this one. @default none */
  deadLetterQueueOf?: Arn[];
  /** Services that send on their own behalf. @default none */
  admits?: Sender[];
}

/**
 * A queue for messages that did not reach their destination. Keeps them for 14 days and raises an alarm for the first one, and
 * again before the oldest is deleted. The depth alarm watches ApproximateNumberOfMessagesVisible, since NumberOfMessagesSent does
 * not count messages that SQS moves to a dead-letter queue.
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html
 */
export class DeadLetterQueue extends pulumi.ComponentResource {
  readonly queue: Queue;
  readonly arn: Arn;

  constructor(name: string, args: DeadLetterQueueArgs, opts?: pulumi.ComponentResourceOptions) {
    super("iot:parts:DeadLetterQueue", name, {}, opts);
    const parent = { parent: this };
    const { alarms, purpose = "failures", deadLetterQueueOf, admits } = args;

    this.queue = new Queue(
      name,
      { purpose, retentionSeconds: retentionDays * day, deadLetterQueueOf, admits },
      parent,
    );
    this.arn = this.queue.arn;
    const metric = {
      namespace: "AWS/SQS",
      dimensions: { QueueName: this.queue.name },
      statistic: "Maximum",
    } as const;
    alarm(
      `${name}-depth`,
      {
        alarms,
        description: `ApproximateNumberOfMessagesVisible of queue ${this.queue.name}: ${meanings[purpose]}`,
        watch: { ...metric, name: "ApproximateNumberOfMessagesVisible" },
      },
      parent,
    );
    alarm(
      `${name}-age`,
      {
        alarms,
        description: `ApproximateAgeOfOldestMessage of queue ${this.queue.name}: the oldest message is ${ageAlarmDays} days old, and SQS deletes it after ${retentionDays}. Redrive the queue or save its messages now.`,
        watch: { ...metric, name: "ApproximateAgeOfOldestMessage" },
        above: ageAlarmDays * day,
        periodSeconds: 3600,
      },
      parent,
    );
    this.registerOutputs({ arn: this.arn, url: this.queue.url });
  }
}
