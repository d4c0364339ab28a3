import { wellArchitected } from "../../frameworks";
import { integer } from "../../parameters";
import type { ResourceRule } from "../../rule";

/** By default CloudWatch Logs retains logs indefinitely, and charges for their storage. */
export const requireLogRetention: ResourceRule = {
  name: "cloudwatch-log-group-require-log-retention",
  displayName: "Log groups have a retention period",
  description: "Every log group has a retention period.",
  area: "cost",
  severity: "low",
  recommended: {
    level: "advisory",
    because: "A missing retention period increases cost but loses no data.",
  },
  framework: wellArchitected.dataRetention,
  remediationSteps: "Set retentionInDays to a value that CloudWatch Logs supports, such as 30.",
  url: "https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/Working-with-log-groups-and-streams.html",
  types: ["aws:cloudwatch/logGroup:LogGroup"],
  parameters: {
    shortestDays: integer("Minimum retention in days.", {
      usually: 1,
      from: 1,
      to: 3_653,
    }),
    longestDays: integer("Maximum retention in days.", {
      usually: 3_653,
      from: 1,
      to: 3_653,
    }),
  },
  check({ inputs }, report, set: { shortestDays: number; longestDays: number }) {
    const place = inputs.at("retentionInDays");
    if (!place.isKnown()) return;
    const days = place.number() ?? 0;
    if (days === 0) return report("Retains logs indefinitely: set retentionInDays.");
    if (days < set.shortestDays || days > set.longestDays)
      report(
        `Retains logs for ${days} days: set retentionInDays to a value from ${set.shortestDays} to ${set.longestDays}.`,
      );
  },
};
