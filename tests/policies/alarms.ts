import type { Given } from "../support/policy";

/** An alarm on a metric, by the dimensions that name a resource. */
export const alarmOn = (
  namespace: string,
  metricName: string,
  dimensions: Record<string, unknown>,
  more: Record<string, unknown> = {},
): Given => ({
  type: "aws:cloudwatch/metricAlarm:MetricAlarm",
  name: "alarm",
  inputs: {
    name: "alarm",
    namespace,
    metricName,
    dimensions,
    comparisonOperator: "GreaterThanThreshold",
    threshold: 0,
    ...more,
  },
});

/** One on a Metrics Insights query. */
export const alarmOnQuery = (expression: string): Given => ({
  type: "aws:cloudwatch/metricAlarm:MetricAlarm",
  name: "alarm",
  inputs: { name: "alarm", metricQueries: [{ id: "q1", expression, returnData: true }] },
});

/** One on metric math over metrics, each by its namespace, name and dimensions. */
export const alarmOnMath = (
  expression: string,
  ...metrics: (readonly [namespace: string, metricName: string, dimensions: object])[]
): Given => ({
  type: "aws:cloudwatch/metricAlarm:MetricAlarm",
  name: "math",
  inputs: {
    name: "math",
    comparisonOperator: "GreaterThanThreshold",
    threshold: 0,
    metricQueries: [
      ...metrics.map(([namespace, metricName, dimensions], index) => ({
        id: `m${index + 1}`,
        metric: { namespace, metricName, dimensions, stat: "Sum", period: 60 },
      })),
      { id: "watched", expression, returnData: true },
    ],
  },
});
