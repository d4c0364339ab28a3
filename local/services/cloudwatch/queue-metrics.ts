import { CloudWatchClient, PutMetricDataCommand } from "@aws-sdk/client-cloudwatch";
import { GetQueueAttributesCommand, SQSClient } from "@aws-sdk/client-sqs";
import type { Clients } from "../../aws/clients";
import { callApi } from "../../aws/call-api";
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
  function arrived(name: string, messages: Message[]): number {
    const before = seen.get(name);
    seen.set(name, new Set(messages.map(({ MessageId }) => MessageId)));
    return messages.filter(({ MessageId }) => before?.has(MessageId) !== true).length;
  }

  async function measure(name: string, metrics: Set<string>): Promise<Record<string, number>> {
    const { visible, inFlight } = await depths(clients, name);
    const wantsMessages = metrics.has(age) || metrics.has(sent);
    const isEmpty = visible + inFlight === 0;
    const messages = wantsMessages && !isEmpty ? await messagesIn(clients, name) : [];
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
      for (const MetricName of metrics)
        data.push({
          MetricName,
          Dimensions: [{ Name: "QueueName", Value: name }],
          Timestamp: new Date(),
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

/** The part of a message that is used. */
interface Message {
  MessageId: string;
  /** In seconds. */
  SentTimestamp: number;
}

/** The part of the emulator's list of messages that is used. Receiving the messages would count as an attempt at each. */
interface Listing {
  messages: Record<string, Record<string, Record<string, Message[]>>>;
}

async function messagesIn(clients: Clients, name: string): Promise<Message[]> {
  const { account } = clients;
  const query = { QueueUrl: urlOf(clients, name) };
  const answer = await callApi(account, account.endpoint, "/_ministack/sqs/messages", { query });
  const { messages } = JSON.parse(answer.body.toString()) as Listing;
  return Object.values(messages)
    .flatMap((regions) => Object.values(regions))
    .flatMap((queues) => Object.values(queues).flat());
}

/** Returns the seconds since the oldest message was sent. */
function oldest(messages: Message[]): number {
  const first = messages.reduce((least, one) => Math.min(least, one.SentTimestamp), Infinity);
  return Number.isFinite(first) ? Math.max(0, Math.floor(Date.now() / 1000) - first) : 0;
}
