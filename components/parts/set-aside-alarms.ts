import type * as pulumi from "@pulumi/pulumi";
import { alarm, type AlarmTarget, type Metric } from "./alarm";
import type { Arn } from "./names";

export const day = 86_400;

/**
 * The longest that SQS keeps a message.
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html
 */
export const retentionDays = 14;

/** The time that is left when the age alarm fires. */
const daysToAct = 2;

/** A queue that redrives messages to a dead-letter queue. */
export interface SourceQueue {
  arn: Arn;
  /** How long SQS keeps a message there. */
  retentionSeconds: number;
}

/** @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html */
const queueMetric = (
  queueName: string,
  name: string,
  statistic: Metric["statistic"] = "Maximum",
): Metric => ({ namespace: "AWS/SQS", name, dimensions: { QueueName: queueName }, statistic });

/**
 * Creates the alarms on a failures queue: one that stays on while messages are in the queue, and one that fires again when more arrive.
 * The second watches the growth of the queue, because NumberOfMessagesSent does not count messages that SQS moves to a dead-letter
 * queue. Messages in flight are included, so that a message that is read and returned does not count as an arrival.
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html
 */
export function watchFailures(
  name: string,
  queueName: string,
  alarms: AlarmTarget,
  opts: pulumi.CustomResourceOptions,
): void {
  const meaning = "valid messages could not be delivered";
  const action = "Read one to find the cause, fix it, then redrive the queue.";
  alarm(
    `${name}-depth`,
    {
      alarms,
      description: `ApproximateNumberOfMessagesVisible of queue ${queueName}: ${meaning}. ${action}`,
      watch: queueMetric(queueName, "ApproximateNumberOfMessagesVisible"),
    },
    opts,
  );
  alarm(
    `${name}-arrivals`,
    {
      alarms,
      description: `Growth of queue ${queueName} (ApproximateNumberOfMessagesVisible and NotVisible): more ${meaning}. ${action}`,
      watch: {
        metrics: {
          visible: queueMetric(queueName, "ApproximateNumberOfMessagesVisible", "Average"),
          inflight: queueMetric(queueName, "ApproximateNumberOfMessagesNotVisible", "Average"),
        },
        expression: "DIFF(visible + inflight)",
      },
    },
    opts,
  );
}

/** Adds a quarantine to the alarms that all quarantines share. Callbacks send invalid messages there, so NumberOfMessagesSent counts them. */
export function shareQuarantineAlarms(queueName: string, alarms: AlarmTarget): void {
  const action =
    "Read the reason in one, fix the devices that send them, then delete the messages.";
  const above = alarms.quarantineThreshold;
  alarms.share(
    {
      id: "quarantine-arrivals",
      resource: queueName,
      describe: (queues) =>
        `queues ${queues.join(", ")}: devices sent more than ${above} invalid messages within 5 minutes. ${action}`,
      above,
      periodSeconds: 300,
    },
    queueMetric(queueName, "NumberOfMessagesSent", "Sum"),
  );
  alarms.share(
    {
      id: "quarantine-depth",
      resource: queueName,
      describe: (queues) =>
        `queues ${queues.join(", ")}: one of them holds more than ${above} invalid messages. ${action}`,
      above,
    },
    queueMetric(queueName, "ApproximateNumberOfMessagesVisible"),
  );
}

/**
 * Creates an alarm two days before SQS deletes the oldest message. A message that SQS moves from a standard queue expires by the time at
 * which it was first sent, but its age in the dead-letter queue counts from the move, so the longest retention of a source is
 * subtracted.
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/setting-up-dead-letter-queue-retention.html
 */
export function watchAge(
  name: string,
  {
    queueName,
    sources,
    alarms,
  }: { queueName: string; sources: SourceQueue[]; alarms: AlarmTarget },
  opts: pulumi.CustomResourceOptions,
): void {
  const waited = Math.max(0, ...sources.map(({ retentionSeconds }) => retentionSeconds));
  const above = (retentionDays - daysToAct) * day - waited;
  alarm(
    `${name}-age`,
    {
      alarms,
      description: `ApproximateAgeOfOldestMessage of queue ${queueName}: SQS deletes the oldest message in ${daysToAct} days or less after this alarm. Redrive the queue or save its messages now.`,
      watch: queueMetric(queueName, "ApproximateAgeOfOldestMessage"),
      above,
      periodSeconds: 3600,
    },
    opts,
  );
}
