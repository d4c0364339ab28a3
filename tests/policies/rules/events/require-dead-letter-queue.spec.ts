import * as assert from "node:assert/strict";
import { requireTargetDeadLetterQueue as rule } from "../../../../policies/rules/events/require-dead-letter-queue";
import { said, unknown, type Given } from "../../../support/policy";
import { arn, changed } from "../../given";

const target: Given = {
  type: "aws:cloudwatch/eventTarget:EventTarget",
  inputs: {
    rule: "r",
    arn: arn.function("f"),
    deadLetterConfig: { arn: arn.queue("failures") },
    retryPolicy: { maximumRetryAttempts: 185, maximumEventAgeInSeconds: 86_400 },
  },
};

describe(rule.name, () => {
  it("accepts a target with a dead-letter queue and bounded retries", async () => {
    assert.deepEqual(await said(rule, target), []);
    assert.deepEqual(await said(rule, changed(target, { deadLetterConfig: { arn: unknown } })), []);
  });

  it("rejects one without dead-letter queue", async () => {
    for (const deadLetterConfig of [undefined, {}, { arn: "" }])
      assert.deepEqual(await said(rule, changed(target, { deadLetterConfig })), [
        "it: Discards events that it cannot deliver: set deadLetterConfig.",
      ]);
  });

  it("leaves retries to another rule", async () => {
    assert.deepEqual(await said(rule, changed(target, { retryPolicy: undefined })), []);
  });
});
