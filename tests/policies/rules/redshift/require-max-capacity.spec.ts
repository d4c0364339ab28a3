import * as assert from "node:assert/strict";
import { requireMaxCapacity as rule } from "../../../../policies/rules/redshift/require-max-capacity";
import { said, unknown } from "../../../support/policy";

const workgroup = (inputs: Record<string, unknown>) => ({
  type: "aws:redshiftserverless/workgroup:Workgroup",
  inputs: { workgroupName: "w", ...inputs },
});

describe(rule.name, () => {
  it("accepts a maximum, known or not", async () => {
    for (const maxCapacity of [8, unknown])
      assert.deepEqual(await said(rule, workgroup({ baseCapacity: 4, maxCapacity })), []);
  });

  it("rejects a workgroup without one", async () => {
    for (const inputs of [{}, { baseCapacity: 4 }])
      assert.deepEqual(await said(rule, workgroup(inputs)), [
        "it: Scales to any capacity that the account allows: set maxCapacity.",
      ]);
  });
});
