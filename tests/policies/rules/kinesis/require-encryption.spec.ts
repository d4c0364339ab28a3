import * as assert from "node:assert/strict";
import { requireStreamEncryption as rule } from "../../../../policies/rules/kinesis/require-encryption";
import { said } from "../../../support/policy";

const stream = (inputs: Record<string, unknown>) => ({ type: "aws:kinesis/stream:Stream", inputs });

describe(rule.name, () => {
  it("accepts an encrypted stream", async () => {
    const inputs = { encryptionType: "KMS", kmsKeyId: "alias/aws/kinesis" };
    assert.deepEqual(await said(rule, stream(inputs)), []);
  });

  it("rejects one that is not", async () => {
    for (const inputs of [{}, { encryptionType: "NONE" }])
      assert.deepEqual(await said(rule, stream(inputs)), [
        "it: Is not encrypted: set encryptionType and kmsKeyId.",
      ]);
  });
});
