import { wellArchitected } from "../../frameworks";
import type { ResourceRule } from "../../rule";

/** Types with a description that operators see in the console or in an alarm. */
const texts: Record<string, string> = {
  "aws:cloudwatch/eventRule:EventRule": "description",
  "aws:cloudwatch/metricAlarm:MetricAlarm": "alarmDescription",
  "aws:iot/topicRule:TopicRule": "description",
  "aws:kms/key:Key": "description",
  "aws:lambda/function:Function": "description",
  "aws:pipes/pipe:Pipe": "description",
  "aws:scheduler/schedule:Schedule": "description",
  "aws:secretsmanager/secret:Secret": "description",
};

export const requireDescription: ResourceRule = {
  name: "aws-resource-require-description",
  displayName: "Resources have a description",
  description: "Every resource that supports a description has one.",
  area: "documentation",
  severity: "low",
  recommended: {
    level: "advisory",
    because: "A description helps operators and has no effect at run time.",
  },
  framework: wellArchitected.actionableAlerts,
  remediationSteps:
    "Write one sentence: for an alarm, describe what happened and what to do; for any other resource, describe its purpose.",
  url: "https://docs.aws.amazon.com/wellarchitected/2024-06-27/framework/ops_workload_observability_create_alerts.html",
  types: Object.keys(texts),
  check({ type, inputs }, report) {
    const input = texts[type] as string;
    const text = inputs.at(input);
    if (!text.isUnknown && (text.text() ?? "").trim().length < 10)
      report(`Has no description of 10 characters or more: set ${input}.`);
  },
};
