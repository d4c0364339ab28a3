import { CloudWatchClient, PutMetricDataCommand } from "@aws-sdk/client-cloudwatch";
import { GetQueueAttributesCommand, SQSClient } from "@aws-sdk/client-sqs";
import type { Clients } from "../../aws/clients";
import { peek, type PeekedMessage } from "../sqs";
import type { MetricWatch } from "./watch";

/** The most data of one PutMetricData call; AWS takes more. */
const mostPerCall = 500;

/** Puts the metrics that SQS reports of the queues that alarms watch; SQS does so each minute. */
export type PutQueueMetrics = (watches: MetricWatch[]) => Promise<void>;

/** @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html */
export function createQueueMetrics(clients: Clients): PutQueueMetrics {
  /** The messages of each queue at the last call, by their ids. */
  const seen = new Map<string, ReadonlySet<string>>();

  /**
   * The emulator does not count sent messages, so new ids are counted: right for a queue that no queue redrives to, whose messages stay
   * for longer than an interval, such as a quarantine.
   */
  function arrived(name: string, messages: PeekedMessage[]): number {
    const before = seen.get(name);
    seen.set(name, new Set(messages.map(({ MessageId }) => MessageId)));
    return messages.filter(({ MessageId }) => before?.has(MessageId) !== true).length;
  }

  async function measure(name: string, metrics: Set<string>): Promise<Record<string, number>> {
    const { visible, inFlight } = await depths(clients, name);
    const wantsMessages = metrics.has(age) || metrics.has(sent);
    const isEmpty = visible + inFlight === 0;
    const messages =
      wantsMessages && !isEmpty ? await peek(clients.account, urlOf(clients, name)) : [];
    return {
      ApproximateNumberOfMessagesVisible: visible,
      ApproximateNumberOfMessagesNotVisible: inFlight,
      ...(metrics.has(age) && { [age]: visible > 0 ? oldest(messages) : 0 }),
      ...(metrics.has(sent) && { [sent]: arrived(name, messages) }),
    };
  }

  return async (watches) => {
    const watched = new Map<string, Set<string>>();
    for (const { namespace, metricName, dimensions } of watches) {
      const { QueueName } = dimensions;
      if (namespace !== "AWS/SQS" || QueueName === undefined) continue;
      watched.set(QueueName, (watched.get(QueueName) ?? new Set()).add(metricName));
    }
    const data = [];
    // One after the other, so that messages on their way to a queue come first.
    for (const [name, metrics] of watched) {
      const values = await measure(name, metrics);
      // Of one time: expressions over several metrics compare values of one period.
      const Timestamp = new Date();
      for (const MetricName of metrics)
        data.push({
          MetricName,
          Dimensions: [{ Name: "QueueName", Value: name }],
          Timestamp,
          Unit: MetricName === age ? ("Seconds" as const) : ("Count" as const),
          Value: values[MetricName],
        });
    }
    for (let start = 0; start < data.length; start += mostPerCall)
      await clients.get(CloudWatchClient).send(
        new PutMetricDataCommand({
          Namespace: "AWS/SQS",
          MetricData: data.slice(start, start + mostPerCall),
        }),
      );
  };
}

const age = "ApproximateAgeOfOldestMessage";
const sent = "NumberOfMessagesSent";

const urlOf = ({ account }: Clients, name: string): string =>
  `${account.endpoint}/${account.accountId}/${name}`;

async function depths(
  clients: Clients,
  name: string,
): Promise<{ visible: number; inFlight: number }> {
  const { Attributes: { ApproximateNumberOfMessages, ...others } = {} } = await clients
    .get(SQSClient)
    .send(
      new GetQueueAttributesCommand({
        QueueUrl: urlOf(clients, name),
        AttributeNames: ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"],
      }),
    );
  return {
    visible: Number(ApproximateNumberOfMessages ?? 0),
    inFlight: Number(others.ApproximateNumberOfMessagesNotVisible ?? 0),
  };
}

/** Returns the seconds since the oldest message was sent. */
function oldest(messages: PeekedMessage[]): number {
  const first = messages.reduce((least, one) => Math.min(least, one.SentTimestamp), Infinity);
  return Number.isFinite(first) ? Math.max(0, Math.floor(Date.now() / 1000) - first) : 0;
}
