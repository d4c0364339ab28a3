import * as assert from "node:assert/strict";
import { limitIdleCost as rule } from "../../../../policies/rules/aws/limit-idle-cost";
import { configured, said, unknown } from "../../../support/policy";

const key = (name: string) => ({ type: "aws:kms/key:Key", name, inputs: { description: name } });
const stream = {
  type: "aws:kinesis/stream:Stream",
  name: "telemetry",
  inputs: { name: "telemetry", streamModeDetails: { streamMode: "ON_DEMAND" } },
};
const queue = { type: "aws:sqs/queue:Queue", name: "work", inputs: { name: unknown } };

describe(rule.name, () => {
  it("advises above the budget and accepts a stack within it", async () => {
    const limit = configured(rule, { monthlyDollars: 31 });
    assert.deepEqual(await said(limit, key("a"), stream, key("b")), [
      // 29.20 + 2 × 1.00
      "advisory telemetry: Advice: Costs 29.20 of the 31.20 US dollars per month that the stack costs while idle (prices of us-east-1); the budget is 31: turn off what you do not need, or raise monthlyDollars.",
    ]);
    assert.deepEqual(await said(limit, key("a"), stream), []);
    assert.deepEqual(await said(configured(rule, { monthlyDollars: 0 }), queue), []);
  });

  it("names the resource that costs most, or the first by its URN of several", async () => {
    const limit = configured(rule, { monthlyDollars: 10 });
    const alarm = {
      type: "aws:cloudwatch/metricAlarm:MetricAlarm",
      name: "alarm",
      inputs: { name: "alarm", metricName: "Errors" },
    };
    for (const others of [
      [alarm, stream],
      [stream, alarm],
      [{ ...stream, name: "z" }, stream, { ...stream, name: "y" }],
    ]) {
      const [line = "", ...more] = await said(limit, ...others);
      assert.match(line, /^advisory telemetry: Advice: Costs 29\.20 of /);
      assert.deepEqual(more, []);
    }
  });

  it("counts each metric of an alarm, and what a query matches", async () => {
    const alarm = (name: string, inputs: object) => ({
      type: "aws:cloudwatch/metricAlarm:MetricAlarm",
      name,
      inputs: { name, ...inputs },
    });
    const metric = (id: string) => ({ id, metric: { metricName: unknown, namespace: "AWS/SQS" } });
    const sentences = await said(
      configured(rule, { monthlyDollars: 0 }),
      alarm("plain", { metricName: "Errors" }),
      alarm("math", {
        metricQueries: [metric("m1"), metric("m2"), { id: "e1", expression: "m1-m2" }],
      }),
      alarm("query", { metricQueries: [{ id: "q1", expression: "SELECT SUM(x) FROM y" }] }),
    );
    assert.match(sentences[0] ?? "", /^advisory math: Advice: Costs 0\.20 of the 0\.50 US dollars/);
    assert.equal(sentences.length, 1);
  });
});
