import * as assert from "node:assert/strict";
import { requireScanLimit as rule } from "../../../../policies/rules/athena/require-scan-limit";
import { said } from "../../../support/policy";

const workgroup = (configuration?: Record<string, unknown>) => ({
  type: "aws:athena/workgroup:Workgroup",
  inputs: { name: "queries", ...(configuration && { configuration }) },
});
const limit = { bytesScannedCutoffPerQuery: 10_000_000 };

describe(rule.name, () => {
  it("accepts a limit that applies to every query", async () => {
    assert.deepEqual(
      await said(
        rule,
        workgroup(limit),
        workgroup({ ...limit, enforceWorkgroupConfiguration: true }),
      ),
      [],
    );
  });

  it("rejects a workgroup without a limit", async () => {
    for (const given of [workgroup(), workgroup({ enforceWorkgroupConfiguration: true })])
      assert.deepEqual(await said(rule, given), [
        "it: Lets a query read any number of bytes: set configuration.bytesScannedCutoffPerQuery.",
      ]);
  });

  it("rejects settings that a client may replace", async () => {
    assert.deepEqual(
      await said(rule, workgroup({ ...limit, enforceWorkgroupConfiguration: false })),
      [
        "it: Lets a client replace the settings of the workgroup: set configuration.enforceWorkgroupConfiguration to true.",
      ],
    );
  });
});
