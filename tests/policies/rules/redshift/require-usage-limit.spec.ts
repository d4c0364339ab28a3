import * as assert from "node:assert/strict";
import { requireUsageLimit as rule } from "../../../../policies/rules/redshift/require-usage-limit";
import { said, unknown, type Given } from "../../../support/policy";

const workgroup = (name: string): Given => ({
  ...{ type: "aws:redshiftserverless/workgroup:Workgroup", name },
  inputs: { workgroupName: name },
});
const limit = (name: string, of: string, inputs: Record<string, unknown> = {}): Given => ({
  ...{ type: "aws:redshiftserverless/usageLimit:UsageLimit", name },
  inputs: {
    ...{ resourceArn: unknown, usageType: "serverless-compute", amount: 8 },
    breachAction: "deactivate",
    ...inputs,
  },
  madeFrom: { resourceArn: [of] },
});
const none =
  "a: No usage limit restricts the compute of this workgroup: create an aws.redshiftserverless.UsageLimit with its ARN.";
const logs =
  "a: The usage limit of this workgroup only writes to a log: set breachAction of 'l' to deactivate or emit-metric.";

describe(rule.name, () => {
  it("accepts a limit that stops queries or emits a metric, beside one that logs", async () => {
    for (const breachAction of ["deactivate", "emit-metric"]) {
      const acting = limit("l", "a", { breachAction });
      assert.deepEqual(await said(rule, workgroup("a"), acting), []);
      const logging = limit("m", "a", { breachAction: "log" });
      assert.deepEqual(await said(rule, workgroup("a"), logging, acting), []);
    }
  });

  it("rejects a workgroup without a limit of its own", async () => {
    assert.deepEqual(await said(rule, workgroup("a")), [none]);
    assert.deepEqual(await said(rule, workgroup("a"), workgroup("b"), limit("l", "b")), [none]);
  });

  it("rejects a limit of what is shared with other Regions", async () => {
    const sharing = limit("l", "a", { usageType: "cross-region-datasharing" });
    assert.deepEqual(await said(rule, workgroup("a"), sharing), [none]);
  });

  it("rejects a limit that only logs, as one does that says nothing", async () => {
    const logging = limit("l", "a", { breachAction: "log" });
    const { breachAction: _, ...inputs } = logging.inputs;
    for (const one of [logging, { ...logging, inputs }])
      assert.deepEqual(await said(rule, workgroup("a"), one), [logs]);
  });
});
