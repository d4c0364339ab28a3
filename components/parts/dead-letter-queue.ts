import * as pulumi from "@pulumi/pulumi";
import type { AlarmTarget } from "./alarm";
import {
  day,
  retentionDays,
  shareQuarantineAlarms,
  watchAge,
  watchFailures,
  type SourceQueue,
} from "./set-aside-alarms";
import { Queue, type Sender } from "./queue";
import type { Arn } from "./names";

export interface DeadLetterQueueArgs {
  alarms: AlarmTarget;
  /** What the queue holds: valid messages that could not be delivered, or invalid messages. @default "failures" */
  purpose?: "failures" | "quarantine";
  /** Queues that redrive to this one. @default none */
  deadLetterQueueOf?: SourceQueue[];
  /** Services that send on their own behalf. @default none */
  admits?: Sender[];
}

/**
 * A queue for messages that did not reach their destination. Keeps them for 14 days. Alarms fire for the first message, for each later
 * one, and two days before SQS deletes the oldest. A quarantine drops repetitions of a message within five minutes, and a stack has one,
 * so that an invalid message is quarantined once, however many integrations find that it is invalid. The queue is in the Region of its alarms.
 */
export class DeadLetterQueue extends pulumi.ComponentResource {
  readonly queue: Queue;
  readonly arn: Arn;

  constructor(name: string, args: DeadLetterQueueArgs, opts?: pulumi.ComponentResourceOptions) {
    super("iot:parts:DeadLetterQueue", name, {}, opts);
    const parent = { parent: this };
    const { alarms, purpose = "failures", deadLetterQueueOf: sources = [], admits } = args;

    this.queue = new Queue(
      name,
      {
        purpose,
        retentionSeconds: retentionDays * day,
        deadLetterQueueOf: sources.map((source) => source.arn),
        admits,
        region: alarms.region,
      },
      parent,
    );
    this.arn = this.queue.arn;
    if (purpose === "quarantine") shareQuarantineAlarms(this.queue.name, alarms);
    else watchFailures(name, this.queue.name, alarms, parent);
    watchAge(name, { queueName: this.queue.name, sources, alarms }, parent);
    this.registerOutputs({ arn: this.arn, url: this.queue.url });
  }
}
