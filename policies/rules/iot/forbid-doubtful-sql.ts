import { check as checkSql, parse } from "../../../iot-sql";
import { wellArchitected } from "../../frameworks";
import type { ResourceRule } from "../../rule";

/** Statements that AWS IoT runs without an error but that are probably mistakes, such as a quoted boolean or a topic level that does not exist. */
export const forbidDoubtfulSql: ResourceRule = {
  name: "iot-rule-forbid-doubtful-sql",
  displayName: "The SQL of topic rules has no probable mistakes",
  description:
    "The SQL statement of a topic rule has no valid expression that is probably a mistake.",
  area: "validation",
  severity: "low",
  recommended: {
    level: "advisory",
    because: "AWS IoT runs the statement; the finding is only advice.",
  },
  framework: wellArchitected.failFast,
  remediationSteps:
    "Check the position that the finding names: write booleans without quotes, use topic levels that the topic filter has, and restrict a filter of all topics with WHERE.",
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
