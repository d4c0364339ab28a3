import { readExpression, type Expression } from "./metric-math";
import { silenceOf } from "./reported";

/** The inputs of `aws.cloudwatch.MetricAlarm` that are used here. */
export interface MetricAlarmInputs {
  name: string;
  alarmDescription?: string;
  namespace?: string;
  metricName?: string;
  dimensions?: Record<string, string>;
  statistic?: string;
  period?: number;
  comparisonOperator?: string;
  threshold?: number;
  evaluationPeriods?: number;
  treatMissingData?: string;
  alarmActions?: string[];
  okActions?: string[];
  metricQueries?: MetricQuery[];
}

/** A metric or an expression of `aws.cloudwatch.MetricAlarm`. */
export interface MetricQuery {
  id: string;
  expression?: string;
  period?: number;
  returnData?: boolean;
  metric?: {
    namespace?: string;
    metricName: string;
    dimensions?: Record<string, string>;
    stat: string;
    period: number;
  };
}

/** One metric of CloudWatch, over the seconds that its alarm covers. */
export interface MetricWatch {
  kind: "metric";
  namespace: string;
  metricName: string;
  dimensions: Record<string, string>;
  statistic: "Sum" | "Maximum" | "Average";
  seconds: number;
}

/** What topic rules count, over all of their actions. */
export interface RuleWatch {
  kind: "rule";
  rule: string;
  metricName: "Failure" | "ErrorActionFailure";
  seconds: number;
}

/** Metric math over metrics of the same period. */
export interface MathWatch {
  kind: "math";
  metrics: Map<string, MetricWatch>;
  /** In the order in which they refer to each other; the last is compared with the threshold. */
  steps: Map<string, Expression>;
  /** The text of the last expression. */
  metricName: string;
  seconds: number;
}

/** What an alarm watches, or one sentence why it does not fire here. */
export type Watch = MetricWatch | RuleWatch | MathWatch | { kind: "nothing"; reason: string };

const ruleQuery =
  /^SELECT SUM\((Failure|ErrorActionFailure)\) FROM SCHEMA\("AWS\/IoT", ActionType, RuleName\) WHERE RuleName = '(\w+)'$/;

/** Reads what an alarm watches; returns the reason if it asks for more than is evaluated here. */
export function watchOf(inputs: MetricAlarmInputs): Watch {
  const { name, comparisonOperator, threshold, evaluationPeriods, metricQueries = [] } = inputs;
  const none = (reason: string): Watch => ({ kind: "nothing", reason });
  const isAbove = comparisonOperator === "GreaterThanThreshold" && threshold !== undefined;
  if (!isAbove || evaluationPeriods !== 1)
    return none(
      `Alarm ${name} does not fire here: only one period above a threshold is evaluated.`,
    );
  if (inputs.treatMissingData !== "notBreaching")
    return none(`Alarm ${name} does not fire here: only missing data that is not breaching is.`);

  const [query, ...others] = metricQueries;
  if (others.length > 0) return mathOf(name, metricQueries);
  if (query) {
    const [, metricName, rule] = ruleQuery.exec(query.expression ?? "") ?? [];
    if (!metricName || !rule)
      return none(`Alarm ${name} does not fire here: its query is not evaluated.`);
    const counter = metricName as RuleWatch["metricName"];
    return { kind: "rule", rule, metricName: counter, seconds: query.period ?? 60 };
  }
  const { namespace = "", metricName = "", dimensions = {}, statistic = "", period = 60 } = inputs;
  return metricOf(name, { namespace, metricName, dimensions, statistic, seconds: period });
}

function metricOf(
  alarm: string,
  metric: Omit<MetricWatch, "kind" | "statistic"> & { statistic: string },
): MetricWatch | { kind: "nothing"; reason: string } {
  const { namespace, metricName, statistic } = metric;
  const silence = silenceOf(namespace, metricName);
  if (silence !== undefined)
    return {
      kind: "nothing",
      reason: `Alarms on ${namespace} ${metricName} do not fire here: ${silence}.`,
    };
  if (statistic !== "Sum" && statistic !== "Maximum" && statistic !== "Average")
    return {
      kind: "nothing",
      reason: `Alarm ${alarm} does not fire here: only sums, maxima and averages are evaluated.`,
    };
  return { kind: "metric", ...metric, statistic };
}

function mathOf(alarm: string, queries: MetricQuery[]): Watch {
  const [metrics, steps] = [new Map<string, MetricWatch>(), new Map<string, Expression>()];
  let last = "";
  for (const { id, expression, metric, returnData } of queries) {
    if (metric) {
      const { namespace = "", metricName, dimensions = {}, stat: statistic, period } = metric;
      const named = { namespace, metricName, dimensions, statistic, seconds: period };
      const watch = metricOf(alarm, named);
      if (watch.kind === "nothing") return watch;
      metrics.set(id, watch);
    } else
      try {
        steps.set(id, readExpression(expression ?? ""));
      } catch (error) {
        const reason = `Alarm ${alarm} does not fire here: ${(error as Error).message}`;
        return { kind: "nothing", reason };
      }
    if (returnData) last = id;
  }
  const watched = steps.get(last);
  const periods = new Set([...metrics.values()].map(({ seconds }) => seconds));
  const [seconds] = periods;
  if (!watched || seconds === undefined || periods.size > 1)
    return {
      kind: "nothing",
      reason: `Alarm ${alarm} does not fire here: only an expression over metrics of one period is evaluated.`,
    };
  return { kind: "math", metrics, steps, metricName: watched.text, seconds };
}
