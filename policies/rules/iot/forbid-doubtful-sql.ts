import { check as checkSql, parse } from "../../../iot-sql";
import { wellArchitected } from "../../frameworks";
import type { ResourceRule } from "../../rule";

/** What AWS IoT runs without a word: "false" is true enough for WHERE, a level that no topic has is nothing. */
export const forbidDoubtfulSql: ResourceRule = {
  name: "iot-rule-forbid-doubtful-sql",
  displayName: "The SQL of topic rules does what it seems to",
  description: "A topic rule's statement has nothing in it that is allowed and hardly meant.",
  area: "validation",
  severity: "low",
  recommended: {
    level: "advisory",
    because: "AWS IoT runs the statement; the rule only advises.",
  },
  framework: wellArchitected.failFast,
  remediationSteps:
    "Look at the position that the line names: write booleans without quotes, name levels that the topic filter has, and narrow a filter of all topics by WHERE.",
  url: "https://docs.aws.amazon.com/iot/latest/developerguide/iot-sql-reference.html",
  types: ["aws:iot/topicRule:TopicRule"],
  check({ inputs }, report) {
    const sql = inputs.at("sql").text();
    const parsed = sql === undefined ? undefined : parse(sql);
    if (!parsed?.ok) return;
    for (const { severity, line, column, message } of checkSql(parsed.statement))
      if (severity === "warning") report.advise(`Line ${line}, column ${column}: ${message}`);
  },
};
