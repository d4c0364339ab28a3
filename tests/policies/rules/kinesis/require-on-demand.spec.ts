import * as assert from "node:assert/strict";
import { requireOnDemandStream as rule } from "../../../../policies/rules/kinesis/require-on-demand";
import { said } from "../../../support/policy";

const stream = (inputs: Record<string, unknown>) => ({ type: "aws:kinesis/stream:Stream", inputs });

describe(rule.name, () => {
  it("accepts a stream on demand", async () => {
    const streamModeDetails = { streamMode: "ON_DEMAND" };
    assert.deepEqual(await said(rule, stream({ streamModeDetails })), []);
  });

  it("rejects shards that are counted", async () => {
    for (const inputs of [{ shardCount: 2 }, { streamModeDetails: { streamMode: "PROVISIONED" } }])
      assert.deepEqual(await said(rule, stream(inputs)), [
        "it: Has provisioned shards, which throttle writes above a fixed rate: set streamModeDetails to ON_DEMAND.",
      ]);
  });
});
