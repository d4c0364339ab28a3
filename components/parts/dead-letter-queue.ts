import * as pulumi from "@pulumi/pulumi";
import { alarm, type AlarmTarget } from "./alarm";
import { Queue, type Sender } from "./queue";
import type { Arn } from "./names";

const day = 86_400;

/** The longest that SQS keeps a message. */
const retentionSeconds = 14 * day;

export interface DeadLetterQueueArgs {
  alarms: AlarmTarget;
  /** Why messages end here. @default "failures" */
  purpose?: "failures" | "quarantine";
  /** Which queues redrive to this one. @default none */
  deadLetterQueueOf?: Arn[];
  /** Services that send on their own behalf. @default none */
  admits?: Sender[];
}

/**
 * Where messages are set aside: kept for 14 days, watched from the first one on, and again before the oldest is deleted.
 * The depth alarm reads ApproximateNumberOfMessagesVisible, since a redrive does not count as a message sent.
 */
export class DeadLetterQueue extends pulumi.ComponentResource {
  readonly queue: Queue;
  readonly arn: Arn;

  constructor(name: string, args: DeadLetterQueueArgs, opts?: pulumi.ComponentResourceOptions) {
    super("iot:parts:DeadLetterQueue", name, {}, opts);
    const parent = { parent: this };
    const { alarms, purpose = "failures", deadLetterQueueOf, admits } = args;

    this.queue = new Queue(name, { purpose, retentionSeconds, deadLetterQueueOf, admits }, parent);
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
        description: `Messages wait in ${this.queue.name}: read one, mend the cause, then redrive.`,
        watch: { ...metric, name: "ApproximateNumberOfMessagesVisible" },
      },
      parent,
    );
    alarm(
      `${name}-age`,
      {
        alarms,
        description: `The oldest message of ${this.queue.name} is 10 days old and will be deleted at 14: redrive or save it now.`,
        watch: { ...metric, name: "ApproximateAgeOfOldestMessage" },
        above: 10 * day,
        periodSeconds: 3600,
      },
      parent,
    );
    this.registerOutputs({ arn: this.arn, url: this.queue.url });
  }
}
