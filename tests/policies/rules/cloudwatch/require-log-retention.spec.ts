import * as assert from "node:assert/strict";
import { requireLogRetention as rule } from "../../../../policies/rules/cloudwatch/require-log-retention";
import { said, unknown } from "../../../support/policy";

const group = (retentionInDays?: unknown) => ({
  type: "aws:cloudwatch/logGroup:LogGroup",
  inputs: { name: "g", ...(retentionInDays !== undefined && { retentionInDays }) },
});

describe(rule.name, () => {
  it("accepts a number of days", async () => {
    assert.deepEqual(await said(rule, group(30)), []);
  });

  it("rejects none, and 0, which means for ever", async () => {
    for (const days of [undefined, 0])
      assert.deepEqual(await said(rule, group(days)), [
        "it: Retains logs indefinitely: set retentionInDays.",
      ]);
  });

  it("names one that is not known yet", async () => {
    assert.deepEqual(await said(rule, group(unknown)), [
      "advisory it: Unverified: 'retentionInDays' of 'it' is not known before the update, and this rule depends on it.",
    ]);
  });
});
