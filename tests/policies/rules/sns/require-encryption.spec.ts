import * as assert from "node:assert/strict";
import { requireTopicEncryption as rule } from "../../../../policies/rules/sns/require-encryption";
import { said, unknown } from "../../../support/policy";

const topic = (kmsMasterKeyId?: string) => ({
  type: "aws:sns/topic:Topic",
  inputs: { name: "t", ...(kmsMasterKeyId !== undefined && { kmsMasterKeyId }) },
});

describe(rule.name, () => {
  it("accepts a key of the customer's, known or not yet", async () => {
    for (const key of ["alias/orders", "1234abcd", unknown])
      assert.deepEqual(await said(rule, topic(key)), []);
  });

  it("rejects a topic without one", async () => {
    for (const key of [undefined, ""])
      assert.deepEqual(await said(rule, topic(key)), [
        "it: Is not encrypted: set kmsMasterKeyId to the alias of a customer managed key.",
      ]);
  });

  it("rejects AWS's own", async () => {
    for (const key of ["alias/aws/sns", "arn:aws:kms:eu-central-1:123456789012:alias/aws/sns"])
      assert.deepEqual(await said(rule, topic(key)), [
        "it: Is encrypted with the AWS managed key, whose policy does not allow AWS services: use a customer managed key.",
      ]);
  });
});
