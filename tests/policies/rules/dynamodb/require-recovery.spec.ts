import * as assert from "node:assert/strict";
import { requireRecovery as rule } from "../../../../policies/rules/dynamodb/require-recovery";
import { said } from "../../../support/policy";

const table = (inputs: Record<string, unknown>) => ({ type: "aws:dynamodb/table:Table", inputs });

describe(rule.name, () => {
  it("accepts a table that can be restored", async () => {
    assert.deepEqual(await said(rule, table({ pointInTimeRecovery: { enabled: true } })), []);
  });

  it("rejects one that cannot", async () => {
    for (const inputs of [{}, { pointInTimeRecovery: { enabled: false } }])
      assert.deepEqual(await said(rule, table(inputs)), [
        "it: Has no point-in-time recovery: set pointInTimeRecovery.",
      ]);
  });
});
