import * as assert from "node:assert/strict";
import { requireRedriveAllowPolicy as rule } from "../../../../policies/rules/sqs/require-redrive-allow-policy";
import { said, unknown, type Given } from "../../../support/policy";
import { arn, queueUrl } from "../../given";

const queue = (redriveAllowPolicy?: unknown) => ({
  type: "aws:sqs/queue:Queue",
  inputs: { name: "q", ...(redriveAllowPolicy !== undefined && { redriveAllowPolicy }) },
});
const sentence =
  "it: Allows every queue of the account to redrive to it: set redriveAllowPolicy to byQueue or denyAll.";

describe(rule.name, () => {
  it("accepts a queue that names its sources, or has none", async () => {
    const byQueue = { redrivePermission: "byQueue", sourceQueueArns: [arn.queue("work")] };
    for (const policy of [byQueue, { redrivePermission: "denyAll" }])
      assert.deepEqual(await said(rule, queue(JSON.stringify(policy))), []);
  });

  for (const policy of [undefined, "", "{}", '{"redrivePermission":"allowAll"}', "denyAll"])
    it(`rejects ${policy}`, async () => {
      assert.deepEqual(await said(rule, queue(policy)), [sentence]);
    });

  it("takes the word of a RedriveAllowPolicy for its queue", async () => {
    const allowing = (name: string, policy: unknown): Given => ({
      type: "aws:sqs/redriveAllowPolicy:RedriveAllowPolicy",
      name: "allowance",
      inputs: { queueUrl: queueUrl(name), redriveAllowPolicy: policy },
    });
    const denyAll = JSON.stringify({ redrivePermission: "denyAll" });
    assert.deepEqual(await said(rule, queue(), allowing("q", denyAll)), []);
    assert.deepEqual(await said(rule, queue(), allowing("other", denyAll)), [sentence]);
    assert.deepEqual(await said(rule, queue(), allowing("q", "{}")), [sentence]);
    assert.deepEqual(await said(rule, queue(), allowing("q", unknown)), [
      "advisory allowance: Unverified: 'redriveAllowPolicy' of 'allowance' is not known before the update, and this rule depends on it.",
    ]);
  });

  it("says of one that is not known yet that it is not", async () => {
    assert.deepEqual(await said(rule, queue(unknown)), [
      "advisory it: Unverified: 'redriveAllowPolicy' of 'it' is not known before the update, and this rule depends on it.",
    ]);
  });
});
