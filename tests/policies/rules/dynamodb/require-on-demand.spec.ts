import * as assert from "node:assert/strict";
import { requireOnDemandTable as rule } from "../../../../policies/rules/dynamodb/require-on-demand";
import { said } from "../../../support/policy";

const table = (inputs: Record<string, unknown>) => ({ type: "aws:dynamodb/table:Table", inputs });

describe(rule.name, () => {
  it("accepts a table on demand", async () => {
    assert.deepEqual(await said(rule, table({ billingMode: "PAY_PER_REQUEST" })), []);
  });

  it("rejects fixed capacity, which is also what AWS takes where nothing is said", async () => {
    for (const inputs of [{}, { billingMode: "PROVISIONED" }])
      assert.deepEqual(await said(rule, table(inputs)), [
        "it: Has provisioned capacity, which throttles writes above a fixed rate: set billingMode to PAY_PER_REQUEST.",
      ]);
  });
});
