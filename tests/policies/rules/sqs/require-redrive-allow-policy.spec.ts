import * as assert from "node:assert/strict";
import { requireRedriveAllowPolicy as rule } from "../../../../policies/rules/sqs/require-redrive-allow-policy";
import { said, unknown } from "../../../support/policy";
import { arn } from "../../given";

const queue = (redriveAllowPolicy?: unknown) => ({
  type: "aws:sqs/queue:Queue",
  inputs: { name: "q", ...(redriveAllowPolicy !== undefined && { redriveAllowPolicy }) },
});
const sentence =
  "it: Lets every queue of the account redrive to it: set redriveAllowPolicy to byQueue or denyAll.";

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

  it("says of one that is not known yet that it is not", async () => {
    assert.deepEqual(await said(rule, queue(unknown)), [
      "advisory it: Unverified: 'redriveAllowPolicy' of 'it' is not known before the update, and this rule depends on it.",
    ]);
  });
});
