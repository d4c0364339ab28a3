import type { Metric } from "../alarm";

/** What the health of an integration consists of. */
export type Kind = "alarm" | "rule" | "queue" | "function" | "stream" | "delivery stream";

const kinds: Readonly<Record<string, Kind>> = {
  "aws:cloudwatch/metricAlarm:MetricAlarm": "alarm",
  "aws:iot/topicRule:TopicRule": "rule",
  "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream": "delivery stream",
  "aws:kinesis/stream:Stream": "stream",
  "aws:lambda/function:Function": "function",
  "aws:sqs/queue:Queue": "queue",
};

/** The kind of a resource by Pulumi's type token; undefined for one that dashboards do not show. */
export const kindOf = (type: string): Kind | undefined =>
  Object.hasOwn(kinds, type) ? kinds[type] : undefined;

/** A resource of a stack whose health a dashboard shows. */
export interface Watched {
  kind: Kind;
  /** The component below the stack that it belongs to: an integration by its stem, or a shared part such as `telemetry`. */
  owner: string;
  logicalName: string;
  name: string;
  /** Where it is, if not in the region of the stack. */
  region?: string | undefined;
  /** Of a delivery stream, such as `extended_s3`. */
  destination?: string | undefined;
}

/** One graph for all resources of a kind. */
export interface Chart {
  kind: Kind;
  title: string;
  /** Of Grafana. */
  unit: "short" | "s" | "ms";
  metrics: (one: Watched) => Metric[];
}

const chart = (
  kind: Kind,
  title: string,
  unit: Chart["unit"],
  metrics: Chart["metrics"],
): Chart => ({ kind, title, unit, metrics });

const metric = (
  namespace: Metric["namespace"],
  dimension: string,
  statistic: Metric["statistic"],
  ...names: string[]
): Chart["metrics"] => {
  return (one) =>
    names.map((name) => ({ namespace, name, statistic, dimensions: { [dimension]: one.name } }));
};

/**
 * By destination, the metric of the age of the oldest record that is not delivered; a stream to Redshift delivers to S3 first.
 * @see https://docs.aws.amazon.com/firehose/latest/dev/cloudwatch-metrics.html
 */
const freshness: Readonly<Record<string, string>> = {
  extended_s3: "DeliveryToS3.DataFreshness",
  http_endpoint: "DeliveryToHttpEndpoint.DataFreshness",
  redshift: "DeliveryToS3.DataFreshness",
  splunk: "DeliveryToSplunk.DataFreshness",
};

const ofDelivery = (statistic: Metric["statistic"], ...names: string[]): Chart["metrics"] =>
  metric("AWS/Firehose", "DeliveryStreamName", statistic, ...names);

/**
 * The graphs of a dashboard, for each integration.
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/metrics_dimensions.html
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html
 * @see https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html
 * @see https://docs.aws.amazon.com/streams/latest/dev/monitoring-with-cloudwatch.html
 */
export const charts: readonly Chart[] = [
  chart(
    "rule",
    "Messages matched by rules",
    "short",
    metric("AWS/IoT", "RuleName", "Sum", "TopicMatch"),
  ),
  chart(
    "rule",
    "Messages not evaluated by rules",
    "short",
    metric("AWS/IoT", "RuleName", "Sum", "ParseError", "RuleMessageThrottled"),
  ),
  chart(
    "queue",
    "Messages in queues",
    "short",
    metric("AWS/SQS", "QueueName", "Maximum", "ApproximateNumberOfMessagesVisible"),
  ),
  chart(
    "queue",
    "Age of the oldest message",
    "s",
    metric("AWS/SQS", "QueueName", "Maximum", "ApproximateAgeOfOldestMessage"),
  ),
  chart(
    "function",
    "Invocations of functions",
    "short",
    metric("AWS/Lambda", "FunctionName", "Sum", "Invocations"),
  ),
  chart(
    "function",
    "Errors and throttles of functions",
    "short",
    metric("AWS/Lambda", "FunctionName", "Sum", "Errors", "Throttles"),
  ),
  chart(
    "stream",
    "Records put to streams",
    "short",
    metric("AWS/Kinesis", "StreamName", "Sum", "IncomingRecords"),
  ),
  chart(
    "stream",
    "Age of the records that consumers read",
    "ms",
    metric("AWS/Kinesis", "StreamName", "Maximum", "GetRecords.IteratorAgeMilliseconds"),
  ),
  chart(
    "stream",
    "Calls refused by streams",
    "short",
    metric(
      "AWS/Kinesis",
      "StreamName",
      "Sum",
      "WriteProvisionedThroughputExceeded",
      "ReadProvisionedThroughputExceeded",
    ),
  ),
  chart(
    "delivery stream",
    "Records put to delivery streams",
    "short",
    ofDelivery("Sum", "IncomingRecords"),
  ),
  chart("delivery stream", "Age of the oldest record not delivered", "s", (one) => {
    const name = freshness[one.destination ?? ""];
    return name === undefined ? [] : ofDelivery("Maximum", name)(one);
  }),
];

/** What a stack contains, by owner, in the order of the stack. */
export function byOwner(watched: readonly Watched[]): Map<string, Watched[]> {
  const groups = new Map<string, Watched[]>();
  for (const one of watched) groups.set(one.owner, [...(groups.get(one.owner) ?? []), one]);
  return groups;
}

/** The metrics of a graph, each with its resource. */
export const metricsIn = (
  { kind, metrics }: Chart,
  watched: readonly Watched[],
): { metric: Metric; of: Watched }[] =>
  watched
    .filter((one) => one.kind === kind)
    .flatMap((one) => metrics(one).map((found) => ({ metric: found, of: one })));
