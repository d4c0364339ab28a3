import { check as checkSql, parse } from "../../../iot-sql";
import { wellArchitected } from "../../frameworks";
import type { ResourceRule } from "../../rule";

/** What is wrong with a statement shows only when a message comes, in a log that is off by default. */
export const requireValidSql: ResourceRule = {
  name: "iot-rule-require-valid-sql",
  displayName: "The SQL of topic rules can be run",
  description: "AWS IoT can evaluate the SQL statement of every topic rule.",
  area: "validation",
  severity: "high",
  recommended: {
    level: "advisory",
    because:
      "The SQL version of a running rule is a choice; errors in the statement are reported beside it.",
  },
  framework: wellArchitected.failFast,
  remediationSteps: "Fix the statement at the position that the violation names.",
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
        report(`Its SQL cannot be run: Line ${line}, column ${column}: ${message}`);
  },
};
