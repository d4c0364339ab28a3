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
  metricQueries?: { id: string; expression?: string; period?: number; returnData?: boolean }[];
}

/** One metric of CloudWatch, over the seconds that its alarm covers. */
export interface MetricWatch {
  kind: "metric";
  namespace: string;
  metricName: string;
  dimensions: Record<string, string>;
  statistic: "Sum" | "Maximum";
  seconds: number;
}

/** What topic rules count, over all of their actions. */
export interface RuleWatch {
  kind: "rule";
  rule: string;
  metricName: "Failure" | "ErrorActionFailure";
  seconds: number;
}

/** What an alarm watches, or one sentence why it does not fire here. */
export type Watch = MetricWatch | RuleWatch | { kind: "nothing"; reason: string };

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
  if (query) {
    const [, metricName, rule] = ruleQuery.exec(query.expression ?? "") ?? [];
    if (others.length > 0 || !metricName || !rule)
      return none(`Alarm ${name} does not fire here: its query is not evaluated.`);
    const counter = metricName as RuleWatch["metricName"];
    return { kind: "rule", rule, metricName: counter, seconds: query.period ?? 60 };
  }

  const { namespace = "", metricName = "", dimensions = {}, statistic, period = 60 } = inputs;
  const silence = silenceOf(namespace, metricName);
  if (silence !== undefined)
    return none(`Alarms on ${namespace} ${metricName} do not fire here: ${silence}.`);
  if (statistic !== "Sum" && statistic !== "Maximum")
    return none(`Alarm ${name} does not fire here: only sums and maxima are evaluated.`);
  return { kind: "metric", namespace, metricName, dimensions, statistic, seconds: period };
}
