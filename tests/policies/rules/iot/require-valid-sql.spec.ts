import * as assert from "node:assert/strict";
import { requireValidSql as rule } from "../../../../policies/rules/iot/require-valid-sql";
import { said, unknown } from "../../../support/policy";

const topicRule = (inputs: Record<string, unknown>) => ({
  type: "aws:iot/topicRule:TopicRule",
  inputs: { name: "r", sql: "SELECT * FROM 'a/+/b'", sqlVersion: "2016-03-23", ...inputs },
});

describe(rule.name, () => {
  it("accepts a statement in the current version", async () => {
    assert.deepEqual(await said(rule, topicRule({})), []);
  });

  it("rejects a statement that cannot be run, with the language's own reason", async () => {
    const [found = "", ...others] = await said(rule, topicRule({ sql: "SELECT FROM 'a'" }));
    assert.match(found, /^it: Has an invalid SQL statement: .+/);
    assert.deepEqual(others, []);
  });

  it("leaves what is doubtful to the rule that advises", async () => {
    assert.deepEqual(await said(rule, topicRule({ sql: "SELECT * FROM '#'" })), []);
  });

  it("rejects functions that do not exist", async () => {
    const found = await said(rule, topicRule({ sql: "SELECT nosuch(a) AS b FROM 'a'" }));
    assert.equal(found.length, 1);
    assert.match(found[0] ?? "", /nosuch/);
  });

  it("leaves the version to another rule", async () => {
    assert.deepEqual(await said(rule, topicRule({ sqlVersion: "2015-10-08" })), []);
  });

  it("names a statement that is not known yet", async () => {
    assert.deepEqual(await said(rule, topicRule({ sql: unknown })), [
      "advisory it: Unverified: 'sql' of 'it' is not known before the update, and this rule depends on it.",
    ]);
  });
});
