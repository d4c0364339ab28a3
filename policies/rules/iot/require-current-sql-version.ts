import { wellArchitected } from "../../frameworks";
import type { ResourceRule } from "../../rule";

const current = "2016-03-23";

/** Without a version, AWS IoT uses the first one, which does not support nested objects, arrays and most functions. */
export const requireCurrentSqlVersion: ResourceRule = {
  name: "iot-rule-require-current-sql-version",
  displayName: "Topic rules use the current version of SQL",
  description: "Every topic rule uses the current version of AWS IoT SQL.",
  area: "validation",
  severity: "medium",
  recommended: { level: "advisory", because: "AWS IoT still supports earlier versions." },
  framework: wellArchitected.failFast,
  remediationSteps: `Set sqlVersion to ${current}.`,
  url: "https://docs.aws.amazon.com/iot/latest/developerguide/iot-rule-sql-version.html",
  types: ["aws:iot/topicRule:TopicRule"],
  check({ inputs }, report) {
    const version = inputs.at("sqlVersion");
    if (version.isKnown() && version.text() !== current)
      report(`Has sqlVersion ${version.peek() ?? "left to the default"}: set ${current}.`);
  },
};
