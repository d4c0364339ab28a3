import * as assert from "node:assert/strict";
import { requireTargetRetryPolicy as rule } from "../../../../policies/rules/events/require-retry-policy";
import { said, unknown, type Given } from "../../../support/policy";
import { arn, changed } from "../../given";

const target: Given = {
  type: "aws:cloudwatch/eventTarget:EventTarget",
  inputs: {
    rule: "r",
    arn: arn.function("f"),
    retryPolicy: { maximumRetryAttempts: 185, maximumEventAgeInSeconds: 86_400 },
  },
};

describe(rule.name, () => {
  it("accepts a target with bounded retries", async () => {
    assert.deepEqual(await said(rule, target), []);
    assert.deepEqual(await said(rule, changed(target, { retryPolicy: unknown })), []);
  });

  it("rejects one that does not say how long it tries", async () => {
    assert.deepEqual(await said(rule, changed(target, { retryPolicy: undefined })), [
      "it: Does not limit retries: set retryPolicy.",
    ]);
  });
});
