import * as assert from "node:assert/strict";
import { requireEncryption as rule } from "../../../../policies/rules/sqs/require-encryption";
import { said, unknown } from "../../../support/policy";

const queue = (inputs: Record<string, unknown>) => ({ type: "aws:sqs/queue:Queue", inputs });
const sentence =
  "it: Does not enable encryption at rest: set sqsManagedSseEnabled or kmsMasterKeyId.";

describe(rule.name, () => {
  it("accepts SQS's own keys, or a key", async () => {
    assert.deepEqual(await said(rule, queue({ sqsManagedSseEnabled: true })), []);
    assert.deepEqual(await said(rule, queue({ kmsMasterKeyId: "alias/queues" })), []);
  });

  it("rejects neither", async () => {
    for (const inputs of [{}, { sqsManagedSseEnabled: false }, { kmsMasterKeyId: "" }])
      assert.deepEqual(await said(rule, queue(inputs)), [sentence]);
  });

  it("accepts a key that is not known yet", async () => {
    assert.deepEqual(await said(rule, queue({ kmsMasterKeyId: unknown })), []);
  });
});
