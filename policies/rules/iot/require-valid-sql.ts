import { check as checkSql, parse } from "../../../iot-sql";
import { wellArchitected } from "../../frameworks";
import type { ResourceRule } from "../../rule";

const current = "2016-03-23";

/** What is wrong with a statement shows only when a message comes, in a log that is off by default. */
export const requireValidSql: ResourceRule = {
  name: "iot-rule-require-valid-sql",
  displayName: "The SQL of topic rules can be run",
  description:
    "The statement of every topic rule is one that AWS IoT evaluates, in its current version.",
  area: "validation",
  severity: "high",
  framework: wellArchitected.failFast,
  remediationSteps: `Mend the statement at the position that the violation names, and set sqlVersion to ${current}.`,
  url: "https://docs.aws.amazon.com/iot/latest/developerguide/iot-sql-reference.html",
  types: ["aws:iot/topicRule:TopicRule"],
  check({ inputs }, report) {
    const [sql, version] = [inputs.at("sql").text(), inputs.at("sqlVersion")];
    if (version.isKnown() && version.text() !== current)
      report(`Has sqlVersion ${version.peek() ?? "of its own choice"}: set ${current}.`);
    if (sql === undefined) return;
    const parsed = parse(sql);
    for (const { severity, line, column, message } of parsed.ok
      ? checkSql(parsed.statement)
      : parsed.problems)
      if (severity === "error")
        report(`Its SQL cannot be run: Line ${line}, column ${column}: ${message}`);
  },
};
