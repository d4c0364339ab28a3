import { wellArchitected } from "../../frameworks";
import { integer } from "../../parameters";
import type { ResourceRule } from "../../rule";

/** CloudWatch keeps logs for ever where nothing is said, and bills them for as long. */
export const requireLogRetention: ResourceRule = {
  name: "cloudwatch-log-group-require-log-retention",
  displayName: "Logs have an end",
  description: "Every log group says for how many days its logs stay.",
  area: "cost",
  severity: "low",
  recommended: {
    level: "advisory",
    because: "Missing retention costs money and loses nothing.",
  },
  framework: wellArchitected.dataRetention,
  remediationSteps:
    "Set retentionInDays to one of the values that CloudWatch Logs knows, such as 30.",
  url: "https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/Working-with-log-groups-and-streams.html",
  types: ["aws:cloudwatch/logGroup:LogGroup"],
  parameters: {
    shortestDays: integer("Days that logs must stay for investigations.", {
      usually: 1,
      from: 1,
      to: 3_653,
    }),
    longestDays: integer("Days after which logs have to be gone.", {
      usually: 3_653,
      from: 1,
      to: 3_653,
    }),
  },
  check({ inputs }, report, set: { shortestDays: number; longestDays: number }) {
    const place = inputs.at("retentionInDays");
    if (!place.isKnown()) return;
    const days = place.number() ?? 0;
    if (days === 0) return report("Keeps logs for ever: set retentionInDays.");
    if (days < set.shortestDays || days > set.longestDays)
      report(
        `Keeps logs for ${days} days: set retentionInDays, from ${set.shortestDays} to ${set.longestDays}.`,
      );
  },
};
