import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { placedName, type Arn } from "./names";

/** Receives alarm notifications, such as the stack's `Alarms`. */
export interface AlarmTarget {
  /** The SNS topic to which alarms publish. */
  topicArn: Arn;
  /**
   * The Region of the topic, if it is another one than that of the stack. Alarms are in the Region of their topic, and so are the metrics
   * that they watch.
   * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Notify_Users_Alarm_Changes.html
   */
  region?: string;
  /**
   * Returns the target for alarms on metrics of a Region, with the same recipients. In another Region than that of the stack, the first
   * call creates its topic, below a component with the given name.
   */
  inRegion(region: string, name: string, opts?: pulumi.ComponentResourceOptions): AlarmTarget;
  /** Invalid messages that a quarantine may receive within five minutes, or hold, before an alarm fires. */
  quarantineThreshold: number;
  /**
   * Adds a metric to an alarm that the stack shares, for a cause that appears in the metrics of several resources at once: one
   * notification instead of one per resource.
   */
  share(alarm: SharedAlarm, metric: Metric): void;
}

/** An alarm on the greatest of several metrics, by its logical name. */
export interface SharedAlarm {
  /** Part of the logical name; metrics with the same id belong to the same alarm. */
  id: string;
  /** Follows the name of the metric in the text of the notification, with the names of the resources. */
  describe: (resources: string[]) => string;
  /** The name of the resource behind a metric. */
  resource: string;
  /** @default 0 */
  above?: number;
  /** @default 60 */
  periodSeconds?: number;
}

/** Of the metrics that functions count in their logs. */
export const ownNamespace = "IotIntegrations";

/** A CloudWatch metric. The alarm stays silent unless `dimensions` are exactly those that the service publishes. */
export interface Metric {
  namespace: `AWS/${string}` | typeof ownNamespace;
  name: string;
  dimensions: Record<string, pulumi.Input<string>>;
  statistic: "Sum" | "Maximum" | "Average";
}

/**
 * Metric math over at most ten metrics.
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-limits.html
 */
export interface MetricMath {
  /** By their ids in the expressions. */
  metrics: Record<string, Metric>;
  /** Expressions that later ones refer to by id. @default none */
  steps?: Record<string, string>;
  /** The expression whose value the alarm compares. */
  expression: string;
}

/** The most metrics in the metric math of one alarm. */
export const mostMetrics = 10;

export interface AlarmArgs {
  alarms: Pick<AlarmTarget, "topicArn" | "region">;
  /** The text of the notification: the metric and its resource, what it means, and what to do. */
  description: string;
  /** A metric, a Metrics Insights query for a metric whose dimension values AWS does not document, or metric math. */
  watch: Metric | { query: string } | MetricMath;
  /** The alarm fires when the value is greater. @default 0 */
  above?: number;
  /** The length of a period in seconds. @default 60 */
  periodSeconds?: number;
  /**
   * Also notifies when the condition is over. For conditions that end by themselves and that someone may be waiting for; an alarm
   * on counts returns to OK after one period, whatever became of the cause. Every new alarm that notifies of recovery sends one
   * notification after it is created, when it turns from INSUFFICIENT_DATA to OK.
   * @default false
   */
  notifiesOfRecovery?: boolean;
  /**
   * Whether the alarm fires when there are no data, for a metric that its source reports while it lives.
   * @default false
   */
  firesWithoutData?: boolean;
  /** What the alarm starts instead of a notification, such as a scaling policy. @default it notifies */
  starts?: pulumi.Input<string>;
}

export interface AlarmsOnMetricsArgs extends Omit<AlarmArgs, "description" | "watch"> {
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

/** An alarm, with a notification when it fires. Missing data count as no failure, unless set otherwise. */
export function alarm(
  name: string,
  { alarms, description, watch, above = 0, periodSeconds = 60, ...how }: AlarmArgs,
  opts: pulumi.CustomResourceOptions,
): aws.cloudwatch.MetricAlarm {
  const { region } = alarms;
  return new aws.cloudwatch.MetricAlarm(
    name,
    {
      name: placedName("alarm", name, region),
      alarmDescription: description,
      ...watched(watch, periodSeconds),
      comparisonOperator: "GreaterThanThreshold",
      threshold: above,
      evaluationPeriods: 1,
      treatMissingData: how.firesWithoutData ? "breaching" : "notBreaching",
      alarmActions: [how.starts ?? alarms.topicArn],
      ...(region !== undefined && { region }),
      ...(how.notifiesOfRecovery && { okActions: [alarms.topicArn] }),
    },
    opts,
  );
}

function watched(
  watch: AlarmArgs["watch"],
  period: number,
): Partial<aws.cloudwatch.MetricAlarmArgs> {
  if ("query" in watch)
    return { metricQueries: [{ id: "q1", expression: watch.query, period, returnData: true }] };
  if ("expression" in watch)
    return {
      metricQueries: [
        ...Object.entries(watch.metrics).map(([id, { name, statistic, ...metric }]) => ({
          id,
          metric: { ...metric, metricName: name, stat: statistic, period },
          returnData: false,
        })),
        ...Object.entries(watch.steps ?? {}).map(([id, expression]) => ({
          id,
          expression,
          returnData: false,
        })),
        { id: "watched", expression: watch.expression, returnData: true },
      ],
    };
  const { name: metricName, ...metric } = watch;
  return { ...metric, metricName, period };
}

/** An alarm on each of several metrics, by default that they stay 0, with logical names such as `<name>-execution-failed`. */
export function alarmOnMetrics(
  name: string,
  { watch, descriptions, ...common }: AlarmsOnMetricsArgs,
  opts: pulumi.CustomResourceOptions,
): void {
  for (const [metric, description] of Object.entries(descriptions))
    alarm(alarmName(name, metric), { ...common, description, watch: watch(metric) }, opts);
}
