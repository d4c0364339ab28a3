import * as assert from "node:assert/strict";
import { countRules } from "../../../local/audit/rule-counts";
import { createTrace } from "../../../local/trace";

const type = "aws:iot/topicRule:TopicRule";
const [topic, traceId, action] = ["a/b", "1", "sqs"];

describe("the counts of rules", () => {
  const setUp = () => {
    const trace = createTrace();
    const counts = countRules(trace, { resources: [{ type, plain: { name: "hot" } }] as never });
    return { trace, counts };
  };

  it("say what each rule has done, one without a match too", () => {
    const { trace, counts } = setUp();
    trace.emit({ kind: "rule-matched", rule: "cold", topic, traceId });
    trace.emit({ kind: "action-succeeded", rule: "cold", action, traceId });
    assert.deepEqual(counts.sentences(), [
      "Rule hot: 0 matched, 0 actions succeeded, 0 failed.",
      "Rule cold: 1 matched, 1 actions succeeded, 0 failed.",
    ]);
    assert.equal(counts.passed(), true);
  });

  it("fail with an action, and name each reason once", () => {
    const { trace, counts } = setUp();
    for (const reason of ["AccessDenied", "AccessDenied"])
      trace.emit({ kind: "action-failed", rule: "hot", action, traceId, reason });
    counts.stop();
    trace.emit({ kind: "rule-matched", rule: "hot", topic, traceId });
    assert.deepEqual(counts.sentences(), [
      "Rule hot: 0 matched, 0 actions succeeded, 2 failed.",
      "  AccessDenied",
    ]);
    assert.equal(counts.passed(), false);
  });
});
