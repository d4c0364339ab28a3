import { wellArchitected } from "../../frameworks";
import type { ResourceRule } from "../../rule";

/** An alarm on a count returns to OK when a period has passed without another failure, and a new one when it gets its first data. */
export const forbidEmptyRecovery: ResourceRule = {
  name: "cloudwatch-alarm-forbid-empty-recovery",
  displayName: "Alarms on counts do not notify of recovery",
  description:
    "No alarm on the sum of a metric has OK actions: its return to OK means only that a period has passed.",
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
      inputs.at("statistic").text() === "Sum" ||
      inputs
        .at("metricQueries")
        .items()
        .some(
          (query) =>
            /SELECT\s+(?:SUM|COUNT)\s*\(/i.test(query.at("expression").peek() ?? "") ||
            // The metric that the alarm watches, and not one of an expression.
            (query.at("returnData").flag() === true && query.at("metric", "stat").text() === "Sum"),
        );
    if (counts) report("Notifies of recovery one period after each failure: remove okActions.");
  },
};
