import { wellArchitected } from "../../frameworks";
import type { ResourceRule } from "../../rule";

/**
 * An alarm that a count exceeds returns to OK when a period has passed without another failure, and a new one when it gets its first data.
 * Where the count falls below a limit, the return to OK means that what is counted happens again.
 */
export const forbidEmptyRecovery: ResourceRule = {
  name: "cloudwatch-alarm-forbid-empty-recovery",
  displayName: "Alarms on counts do not notify of recovery",
  description:
    "No alarm that a sum or a count exceeds has OK actions: its return to OK means only that a period has passed.",
  area: "monitoring",
  severity: "low",
  recommended: {
    level: "advisory",
    because: "Unnecessary notifications hide the others, but lose nothing.",
  },
  framework: wellArchitected.notify,
  remediationSteps:
    "Remove okActions, or watch a condition that lasts, such as the age or the number of waiting messages.",
  url: "https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-evaluation.html",
  types: ["aws:cloudwatch/metricAlarm:MetricAlarm"],
  check({ inputs }, report) {
    const actions = inputs.at("okActions");
    if (!actions.given || (!actions.isUnknown && actions.members().length === 0)) return;
    const counts =
      isCount(inputs.at("statistic").text()) ||
      inputs
        .at("metricQueries")
        .items()
        .some(
          (query) =>
            /^\s*SELECT\s+(?:SUM|COUNT)\s*\(/i.test(query.at("expression").peek() ?? "") ||
            // The metric that the alarm watches, and not one of an expression.
            (query.at("returnData").flag() === true && isCount(query.at("metric", "stat").text())),
        );
    const operator = inputs.at("comparisonOperator");
    if (counts && operator.isKnown() && !operator.text()?.startsWith("LessThan"))
      report("Notifies of recovery one period after each failure: remove okActions.");
  },
};

const isCount = (statistic: string | undefined): boolean =>
  statistic === "Sum" || statistic === "SampleCount";
