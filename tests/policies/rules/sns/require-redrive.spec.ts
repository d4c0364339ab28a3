import * as assert from "node:assert/strict";
import { requireSubscriptionRedrive as rule } from "../../../../policies/rules/sns/require-redrive";
import { said, unknown } from "../../../support/policy";
import { arn } from "../../given";

const subscription = (redrivePolicy?: unknown) => ({
  type: "aws:sns/topicSubscription:TopicSubscription",
  inputs: { topic: arn.topic("t"), ...(redrivePolicy !== undefined && { redrivePolicy }) },
});

describe(rule.name, () => {
  it("accepts a subscription with a dead-letter queue, known or not yet", async () => {
    const policy = JSON.stringify({ deadLetterTargetArn: arn.queue("failures") });
    assert.deepEqual(await said(rule, subscription(policy)), []);
    assert.deepEqual(await said(rule, subscription(unknown)), []);
  });

  for (const policy of [undefined, "", "{}", "no JSON"])
    it(`rejects ${policy}`, async () => {
      assert.deepEqual(await said(rule, subscription(policy)), [
        "it: Discards messages that it cannot deliver: set redrivePolicy with a deadLetterTargetArn.",
      ]);
    });
});
