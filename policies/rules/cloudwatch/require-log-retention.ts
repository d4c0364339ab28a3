import { wellArchitected } from "../../frameworks";
import type { ResourceRule } from "../../rule";

/** CloudWatch keeps logs for ever where nothing is said, and bills them for as long. */
export const requireLogRetention: ResourceRule = {
  name: "cloudwatch-log-group-require-log-retention",
  displayName: "Logs have an end",
  description: "Every log group says for how many days its logs stay.",
  area: "cost",
  severity: "low",
  framework: wellArchitected.dataRetention,
  remediationSteps:
    "Set retentionInDays to one of the values that CloudWatch Logs knows, such as 30.",
  url: "https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/Working-with-log-groups-and-streams.html",
  types: ["aws:cloudwatch/logGroup:LogGroup"],
  check({ inputs }, report) {
    const days = inputs.at("retentionInDays");
    if (!days.given || days.number() === 0) report("Keeps logs for ever: set retentionInDays.");
  },
};
