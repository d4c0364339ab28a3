import { wellArchitected } from "../../frameworks";
import type { ResourceRule } from "../../rule";

const current = "2016-03-23";

/** Without a version AWS IoT takes the first one, which lacks nested objects, arrays and most functions. */
export const requireCurrentSqlVersion: ResourceRule = {
  name: "iot-rule-require-current-sql-version",
  displayName: "Topic rules use the current version of SQL",
  description: "Every topic rule is evaluated by the current version of AWS IoT SQL.",
  area: "validation",
  severity: "medium",
  recommended: { level: "advisory", because: "AWS IoT still evaluates earlier versions." },
  framework: wellArchitected.failFast,
  remediationSteps: `Set sqlVersion to ${current}.`,
  url: "https://docs.aws.amazon.com/iot/latest/developerguide/iot-rule-sql-version.html",
  types: ["aws:iot/topicRule:TopicRule"],
  check({ inputs }, report) {
    const version = inputs.at("sqlVersion");
    if (version.isKnown() && version.text() !== current)
      report(`Has sqlVersion ${version.peek() ?? "of its own choice"}: set ${current}.`);
  },
};
