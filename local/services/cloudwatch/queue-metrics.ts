import { CloudWatchClient, PutMetricDataCommand } from "@aws-sdk/client-cloudwatch";
import { GetQueueAttributesCommand, SQSClient } from "@aws-sdk/client-sqs";
import type { Clients } from "../../aws/clients";
import { send } from "../../aws/send";
import type { MetricWatch } from "./watch";

/** The most data of one PutMetricData call; AWS takes more. */
const mostPerCall = 500;

/**
 * Puts the metrics that SQS reports of the queues that alarms watch; SQS does so each minute.
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html
 */
export async function putQueueMetrics(clients: Clients, watches: MetricWatch[]): Promise<void> {
  const watched = new Map<string, Set<string>>();
  for (const { namespace, metricName, dimensions } of watches) {
    const { QueueName } = dimensions;
    if (namespace !== "AWS/SQS" || QueueName === undefined) continue;
    watched.set(QueueName, (watched.get(QueueName) ?? new Set()).add(metricName));
  }
  const data = [];
  // One after the other, so that messages on their way to a queue come first.
  for (const [name, metrics] of watched) {
    const depth = await visible(clients, name);
    for (const MetricName of metrics) {
      const isAge = MetricName === "ApproximateAgeOfOldestMessage";
      data.push({
        MetricName,
        Dimensions: [{ Name: "QueueName", Value: name }],
        Timestamp: new Date(),
        Unit: isAge ? ("Seconds" as const) : ("Count" as const),
        Value: isAge ? (depth > 0 ? await age(clients, name) : 0) : depth,
      });
    }
  }
  for (let start = 0; start < data.length; start += mostPerCall)
    await clients.get(CloudWatchClient).send(
      new PutMetricDataCommand({
        Namespace: "AWS/SQS",
        MetricData: data.slice(start, start + mostPerCall),
      }),
    );
}

const urlOf = ({ account }: Clients, name: string): string =>
  `${account.endpoint}/${account.accountId}/${name}`;

async function visible(clients: Clients, name: string): Promise<number> {
  const { Attributes } = await clients.get(SQSClient).send(
    new GetQueueAttributesCommand({
      QueueUrl: urlOf(clients, name),
      AttributeNames: ["ApproximateNumberOfMessages"],
    }),
  );
  return Number(Attributes?.ApproximateNumberOfMessages ?? 0);
}

/** The part of the emulator's list of messages that is used. Receiving the messages would count as an attempt at each. */
interface Listing {
  messages: Record<string, Record<string, Record<string, { SentTimestamp: number }[]>>>;
}

/** Returns the seconds since the oldest message was sent. */
async function age(clients: Clients, name: string): Promise<number> {
  const query = new URLSearchParams({ QueueUrl: urlOf(clients, name) });
  const answer = await send(clients.account, {
    method: "GET",
    path: `/_ministack/sqs/messages?${query.toString()}`,
    headers: {},
  });
  const { messages } = JSON.parse(answer.body.toString()) as Listing;
  const sent = Object.values(messages)
    .flatMap((regions) => Object.values(regions))
    .flatMap((queues) => Object.values(queues).flat())
    .map(({ SentTimestamp }) => SentTimestamp);
  const now = Math.floor(Date.now() / 1000);
  return sent.length > 0 ? Math.max(0, now - Math.min(...sent)) : 0;
}
