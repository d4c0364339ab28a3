import * as assert from "node:assert/strict";
import { requireScheduleDeadLetterQueue as rule } from "../../../../policies/rules/scheduler/require-dead-letter-queue";
import { said } from "../../../support/policy";
import { arn } from "../../given";

const schedule = (target: Record<string, unknown>) => ({
  type: "aws:scheduler/schedule:Schedule",
  inputs: { scheduleExpression: "rate(1 day)", target: { arn: arn.function("f"), ...target } },
});

describe(rule.name, () => {
  it("accepts a schedule with a dead-letter queue", async () => {
    const deadLetterConfig = { arn: arn.queue("failures") };
    assert.deepEqual(await said(rule, schedule({ deadLetterConfig })), []);
  });

  it("rejects one without", async () => {
    for (const target of [{}, { deadLetterConfig: {} }])
      assert.deepEqual(await said(rule, schedule(target)), [
        "it: Discards invocations that it cannot deliver: set target.deadLetterConfig.",
      ]);
  });
});
