import * as assert from "node:assert/strict";
import { forbidDoubtfulSql as rule } from "../../../../policies/rules/iot/forbid-doubtful-sql";
import { said, unknown, type Given } from "../../../support/policy";

const topicRule = (sql: string): Given => ({
  type: "aws:iot/topicRule:TopicRule",
  inputs: { name: "r", sql },
});

describe(rule.name, () => {
  for (const sql of [
    "SELECT temperature, topic(2) AS deviceId FROM 'devices/+/telemetry' WHERE alarm = true",
    "SELECT FROM",
    "SELECT nosuch(a) AS b FROM 'a'",
  ])
    it(`says nothing of ${sql}`, async () => {
      assert.deepEqual(await said(rule, topicRule(sql)), []);
    });

  it("says of a statement that is not known yet that it may be doubtful", async () => {
    assert.deepEqual(await said(rule, topicRule(unknown)), [
      "advisory it: Unverified: 'sql' of 'it' is not known before the update, and this rule depends on it.",
    ]);
  });

  const doubtful: Record<string, RegExp> = {
    "SELECT * FROM 'devices/+/telemetry' WHERE alarm = 'true'": /^advisory it: Advice: Line 1, /,
    "SELECT topic(4) AS x FROM 'devices/+/telemetry'": /^advisory it: Advice: Line 1, column 8: /,
    "SELECT * FROM '#'": /^advisory it: Advice: Line 1, /,
  };
  for (const [sql, line] of Object.entries(doubtful))
    it(`advises against ${sql}, and refuses nothing`, async () => {
      const lines = await said(rule, topicRule(sql));
      assert.equal(lines.length, 1);
      assert.match(lines[0] ?? "", line);
    });
});
