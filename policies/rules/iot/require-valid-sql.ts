import { check as checkSql, parse } from "../../../iot-sql";
import { wellArchitected } from "../../frameworks";
import type { ResourceRule } from "../../rule";

/** AWS IoT reports an error in a statement only when a message arrives, in a log that is off by default. */
export const requireValidSql: ResourceRule = {
  name: "iot-rule-require-valid-sql",
  displayName: "The SQL of topic rules is valid",
  description: "AWS IoT can evaluate the SQL statement of every topic rule.",
  area: "validation",
  severity: "high",
  recommended: {
    level: "advisory",
    because:
      "The SQL version of an existing rule can be deliberate; the finding reports errors for that version.",
  },
  framework: wellArchitected.failFast,
  remediationSteps: "Correct the statement at the position that the violation names.",
  url: "https://docs.aws.amazon.com/iot/latest/developerguide/iot-sql-reference.html",
  types: ["aws:iot/topicRule:TopicRule"],
  check({ inputs }, report) {
    const sql = inputs.at("sql").text();
    if (sql === undefined) return;
    const parsed = parse(sql);
    for (const { severity, line, column, message } of parsed.ok
      ? checkSql(parsed.statement)
      : parsed.problems)
      if (severity === "error")
        report(`Has an invalid SQL statement: line ${line}, column ${column}: ${message}`);
  },
};
