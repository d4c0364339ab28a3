import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { physicalName, type Arn } from "./names";

/** Whoever is told; the stack's `Alarms`. */
export interface AlarmTarget {
  topicArn: Arn;
}

/** A metric as CloudWatch names it; `dimensions` must be exactly those that the service emits or the alarm never fires. */
export interface Metric {
  namespace: `AWS/${string}`;
  name: string;
  dimensions: Record<string, pulumi.Input<string>>;
  statistic: "Sum" | "Maximum";
}

export interface AlarmArgs {
  alarms: AlarmTarget;
  /** One sentence for the person who is woken: what happened and what to do. */
  description: string;
  /** A metric, or a Metrics Insights query for one whose dimension values AWS does not document. */
  watch: Metric | { query: string };
  /** Fires when the value is above this. @default 0 */
  above?: number;
  /** @default 60 */
  periodSeconds?: number;
}

/** The logical name of an alarm on a metric: `<name>-execution-failed` for ExecutionFailed. */
export const alarmName = (name: string, metric: string): string =>
  `${name}-${metric.replace(/(?<=[a-z])(?=[A-Z])/g, "-").toLowerCase()}`;

/** One failure surface, watched. No data means that nothing failed. */
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
