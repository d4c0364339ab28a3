import * as assert from "node:assert/strict";
import { requireCurrentSqlVersion as rule } from "../../../../policies/rules/iot/require-current-sql-version";
import { said, unknown } from "../../../support/policy";

const topicRule = (inputs: Record<string, unknown>) => ({
  type: "aws:iot/topicRule:TopicRule",
  inputs: { name: "r", sql: "SELECT * FROM 'a/+/b'", sqlVersion: "2016-03-23", ...inputs },
});

describe(rule.name, () => {
  it("accepts the current version, and one that is not known yet", async () => {
    assert.deepEqual(await said(rule, topicRule({})), []);
    assert.deepEqual(await said(rule, topicRule({ sqlVersion: unknown })), [
      "advisory it: Unverified: 'sqlVersion' of 'it' is not known before the update, and this rule depends on it.",
    ]);
  });

  for (const [sqlVersion, what] of [
    ["2015-10-08", "2015-10-08"],
    ["beta", "beta"],
    [undefined, "left to the default"],
  ])
    it(`rejects version ${sqlVersion}`, async () => {
      const { inputs, type } = topicRule({ sqlVersion: sqlVersion ?? null });
      assert.deepEqual(await said(rule, { type, inputs }), [
        `it: Has sqlVersion ${what}: set 2016-03-23.`,
      ]);
    });
});
