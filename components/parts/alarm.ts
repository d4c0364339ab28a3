import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { physicalName, type Arn } from "./names";

/** The SNS topic that receives alarm notifications, such as the stack's `Alarms`. */
export interface AlarmTarget {
  topicArn: Arn;
}

/** A CloudWatch metric. The alarm stays silent unless `dimensions` are exactly those that the service publishes. */
export interface Metric {
  namespace: `AWS/${string}`;
  name: string;
  dimensions: Record<string, pulumi.Input<string>>;
  statistic: "Sum" | "Maximum";
}

export interface AlarmArgs {
  alarms: AlarmTarget;
  /** The text of the notification: the metric and its resource, what it means, and what to do. */
  description: string;
  /** A metric, or a Metrics Insights query for a metric whose dimension values AWS does not document. */
  watch: Metric | { query: string };
  /** The alarm fires when the value is greater. @default 0 */
  above?: number;
  /** The length of a period in seconds. @default 60 */
  periodSeconds?: number;
}

export interface AlarmsOnMetricsArgs extends Pick<AlarmArgs, "alarms"> {
  /** What to watch, by the name of the metric. */
  watch: (metric: string) => AlarmArgs["watch"];
  /** The notification of each metric; see {@link AlarmArgs.description}. */
  descriptions: Record<string, string>;
}

/** The logical name of an alarm on a metric: `<name>-execution-failed` for ExecutionFailed. */
const alarmName = (name: string, metric: string): string =>
  `${name}-${metric.replace(/(?<=[a-z])(?=[A-Z])/g, "-").toLowerCase()}`;

/** The sum of each metric of one resource per period. */
export const sumOf =
  (namespace: Metric["namespace"], dimensions: Metric["dimensions"]) =>
  (name: string): Metric => ({ namespace, name, dimensions, statistic: "Sum" });

/** An alarm on one metric, with notifications when it fires and when it is over. Missing data count as no failure. */
export function alarm(
  name: string,
  { alarms, description, watch, above = 0, periodSeconds = 60 }: AlarmArgs,
  opts: pulumi.CustomResourceOptions,
): aws.cloudwatch.MetricAlarm {
  const watched: Partial<aws.cloudwatch.MetricAlarmArgs> =
    "query" in watch
      ? {
          metricQueries: [
            { id: "q1", expression: watch.query, period: periodSeconds, returnData: true },
          ],
        }
      : {
          namespace: watch.namespace,
          metricName: watch.name,
          dimensions: watch.dimensions,
          statistic: watch.statistic,
          period: periodSeconds,
        };
  return new aws.cloudwatch.MetricAlarm(
    name,
    {
      name: physicalName("alarm", name),
      alarmDescription: description,
      ...watched,
      comparisonOperator: "GreaterThanThreshold",
      threshold: above,
      evaluationPeriods: 1,
      treatMissingData: "notBreaching",
      alarmActions: [alarms.topicArn],
      okActions: [alarms.topicArn],
    },
    opts,
  );
}

/** An alarm on each of several metrics that must stay 0, with logical names such as `<name>-execution-failed`. */
export function alarmOnMetrics(
  name: string,
  { alarms, watch, descriptions }: AlarmsOnMetricsArgs,
  opts: pulumi.CustomResourceOptions,
): void {
  for (const [metric, description] of Object.entries(descriptions))
    alarm(alarmName(name, metric), { alarms, description, watch: watch(metric) }, opts);
}
