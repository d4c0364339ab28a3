import type * as pulumi from "@pulumi/pulumi";
import type { Channel } from "../../reading/channel";
import { sendToQueue } from "./actions/send-to-queue";
import { alarm, type AlarmTarget } from "./alarm";
import { DeadLetterQueue } from "./dead-letter-queue";
import { defaultTimeoutSeconds } from "./lambda-consumer";
import { arn, physicalName } from "./names";
import { defaultRetentionSeconds, Queue, type Sender } from "./queue";
import { envelopeSql } from "./telemetry-sql";
import { TopicRule } from "./topic-rule";

/** Deliveries of a message before it moves to the failures queue, if the stack sets nothing else. */
export const defaultMaxReceiveCount = 5;

export interface TelemetryQueueArgs {
  /** First levels of the devices' topics: `<prefix>/<deviceId>/<channel>`. */
  topicPrefix: string;
  /** The last level of the topics. @default "telemetry" */
  channel?: Channel;
  /** Selects messages by a condition in AWS IoT SQL. @default all */
  where?: string;
  /** What the rule does, in one sentence; the console shows it. */
  description: string;
  /** The timeout of the function that processes the queue. @default {@link defaultTimeoutSeconds} */
  timeoutSeconds?: number;
  /** Deliveries of a message before it moves to the failures queue. @default {@link defaultMaxReceiveCount} */
  maxReceiveCount?: number;
  /** Services that send what they could not deliver to the failures queue. @default none */
  admits?: Sender[];
  alarms: AlarmTarget;
}

export interface TelemetryQueue {
  /** Messages as devices sent them, in the envelope of `envelopeSql`. */
  queue: Queue;
  /** Valid messages that could not be delivered. */
  failures: DeadLetterQueue;
  /** The rule that fills the queue. */
  ruleName: string;
}

/**
 * A queue of telemetry for one integration, with the rule that feeds it and its failures queue. For integrations that process messages
 * at their own pace and in any order.
 */
export function queueTelemetry(
  name: string,
  args: TelemetryQueueArgs,
  opts: pulumi.CustomResourceOptions,
): TelemetryQueue {
  const { topicPrefix, channel, where, description, alarms } = args;
  const { timeoutSeconds = defaultTimeoutSeconds, maxReceiveCount = defaultMaxReceiveCount } = args;
  const failures = new DeadLetterQueue(
    `${name}-failures`,
    {
      alarms,
      deadLetterQueueOf: [
        {
          arn: arn.queue(physicalName("queue", `${name}-queue`)),
          retentionSeconds: defaultRetentionSeconds,
        },
      ],
      admits: args.admits,
    },
    opts,
  );
  const queue = new Queue(
    `${name}-queue`,
    {
      purpose: "work",
      // Six times the timeout, as Lambda recommends, so that a message does not return while it is being processed.
      // https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
      visibilityTimeoutSeconds: 6 * timeoutSeconds,
      redriveTo: { failures, maxReceiveCount },
    },
    opts,
  );
  const rule = new TopicRule(
    `${name}-rule`,
    {
      description,
      sql: envelopeSql(topicPrefix, where, channel),
      actions: [sendToQueue(queue)],
      errorAction: sendToQueue(failures.queue),
      alarms,
    },
    opts,
  );
  // Age instead of depth: a long queue that moves fast is healthy.
  alarm(
    `${name}-backlog`,
    {
      alarms,
      description: `ApproximateAgeOfOldestMessage of queue ${queue.name}: a message has waited for 15 minutes, since its consumer fails or is too slow. Check the errors and throttles of the consumer, then its concurrency.`,
      watch: {
        namespace: "AWS/SQS",
        name: "ApproximateAgeOfOldestMessage",
        dimensions: { QueueName: queue.name },
        statistic: "Maximum",
      },
      above: 900,
      notifiesOfRecovery: true,
    },
    opts,
  );
  return { queue, failures, ruleName: rule.name };
}
