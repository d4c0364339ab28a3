import * as assert from "node:assert/strict";
import { requireRotation as rule } from "../../../../policies/rules/kms/require-rotation";
import { said, unknown } from "../../../support/policy";

const key = (inputs: Record<string, unknown>) => ({ type: "aws:kms/key:Key", inputs });

describe(rule.name, () => {
  it("accepts a key that is rotated", async () => {
    assert.deepEqual(await said(rule, key({ enableKeyRotation: true })), []);
  });

  it("rejects one that is not", async () => {
    for (const inputs of [{}, { enableKeyRotation: false }, { keyUsage: "ENCRYPT_DECRYPT" }])
      assert.deepEqual(await said(rule, key(inputs)), [
        "it: Has no automatic rotation: set enableKeyRotation.",
      ]);
  });

  it("says that it cannot tell while that is not known", async () => {
    assert.deepEqual(await said(rule, key({ enableKeyRotation: unknown })), [
      "advisory it: Unverified: 'enableKeyRotation' of 'it' is not known before the update, and this rule depends on it.",
    ]);
  });

  it("asks nothing of keys that AWS cannot rotate", async () => {
    for (const inputs of [{ keyUsage: "SIGN_VERIFY" }, { customerMasterKeySpec: "RSA_4096" }])
      assert.deepEqual(await said(rule, key(inputs)), []);
  });
});
