import type * as pulumi from "@pulumi/pulumi";
import { sendToQueue } from "./actions/send-to-queue";
import { alarm, type AlarmTarget } from "./alarm";
import { DeadLetterQueue } from "./dead-letter-queue";
import { arn, physicalName } from "./names";
import { Queue, type Sender } from "./queue";
import { envelopeSql } from "./telemetry-sql";
import { TopicRule } from "./topic-rule";

export interface TelemetryQueueArgs {
  /** First levels of the devices' topics: `<prefix>/<deviceId>/telemetry`. */
  topicPrefix: string;
  /** Which messages, as a condition in AWS IoT SQL. @default all */
  where?: string;
  /** What the rule queues, in one sentence. */
  description: string;
  /** The timeout of the function that works the queue off. */
  timeoutSeconds: number;
  /** Deliveries before a message is set aside. @default 5 */
  maxReceiveCount?: number;
  /** Services that set aside among the failures what they could not deliver further on. @default none */
  admits?: Sender[];
  alarms: AlarmTarget;
}

export interface TelemetryQueue {
  /** Messages as they were sent, in the envelope of `envelopeSql`. */
  queue: Queue;
  /** Valid messages that could not be delivered. */
  failures: DeadLetterQueue;
  /** Messages that are not valid, for the callback to put there. */
  quarantine: DeadLetterQueue;
}

/**
 * Telemetry in a queue of the integration's own, for what has to go at its own pace and in no order, with both places where a
 * message can end that does not reach the sink.
 */
export function queueTelemetry(
  name: string,
  args: TelemetryQueueArgs,
  opts: pulumi.CustomResourceOptions,
): TelemetryQueue {
  const { topicPrefix, where, description, timeoutSeconds, maxReceiveCount = 5, alarms } = args;
  const failures = new DeadLetterQueue(
    `${name}-failures`,
    {
      alarms,
      deadLetterQueueOf: [arn.queue(physicalName("queue", `${name}-queue`))],
      admits: args.admits,
    },
    opts,
  );
  const quarantine = new DeadLetterQueue(
    `${name}-quarantine`,
    { alarms, purpose: "quarantine" },
    opts,
  );
  const queue = new Queue(
    `${name}-queue`,
    {
      purpose: "work",
      // Six times the timeout, as Lambda asks, so that no message comes twice while it is being worked on.
      visibilityTimeoutSeconds: 6 * timeoutSeconds,
      redriveTo: { failures, maxReceiveCount },
    },
    opts,
  );
  new TopicRule(
    `${name}-rule`,
    {
      description,
      sql: envelopeSql(topicPrefix, where),
      actions: [sendToQueue(queue)],
      errorAction: sendToQueue(failures.queue),
      alarms,
    },
    opts,
  );
  // By age, since a queue that is full and quick is no trouble.
  alarm(
    `${name}-backlog`,
    {
      alarms,
      description: `The oldest message of ${queue.name} has waited 15 minutes: whoever works it off fails or is too slow.`,
      watch: {
        namespace: "AWS/SQS",
        name: "ApproximateAgeOfOldestMessage",
        dimensions: { QueueName: queue.name },
        statistic: "Maximum",
      },
      above: 900,
    },
    opts,
  );
  return { queue, failures, quarantine };
}
