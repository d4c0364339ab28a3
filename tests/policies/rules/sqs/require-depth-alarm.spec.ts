import * as assert from "node:assert/strict";
import { requireDepthAlarm as rule } from "../../../../policies/rules/sqs/require-depth-alarm";
import { said, unknown, type Given } from "../../../support/policy";
import { alarmOn } from "../../alarms";
import { changed } from "../../given";

const queue: Given = {
  type: "aws:sqs/queue:Queue",
  name: "bad",
  inputs: { name: "bad", tags: { purpose: "quarantine" } },
};
const metric = "ApproximateNumberOfMessagesVisible";
const depth = alarmOn("AWS/SQS", metric, { QueueName: "bad" });
const nobody = `bad: No alarm detects failed messages in this queue: create an alarm on ${metric}.`;

describe(rule.name, () => {
  it("accepts an alarm on the first message, by either comparison", async () => {
    for (const [comparisonOperator, threshold] of [
      ["GreaterThanThreshold", 0],
      ["GreaterThanThreshold", 0.5],
      // The provider's own, where nothing is said.
      ["GreaterThanThreshold", undefined],
      ["GreaterThanOrEqualToThreshold", 0.5],
      ["GreaterThanOrEqualToThreshold", 1],
    ]) {
      const alarm = changed(depth, { comparisonOperator, threshold });
      assert.deepEqual(await said(rule, queue, alarm), []);
    }
  });

  it("rejects a queue without one, or with one of another queue or metric", async () => {
    for (const others of [
      [],
      [alarmOn("AWS/SQS", metric, { QueueName: "good" })],
      [alarmOn("AWS/SQS", "NumberOfMessagesSent", { QueueName: "bad" })],
      [alarmOn("AWS/SNS", metric, { QueueName: "bad" })],
    ])
      assert.deepEqual(await said(rule, queue, ...others), [nobody]);
  });

  it("accepts two, of which one waits for more", async () => {
    const later = { ...changed(depth, { threshold: 100 }), name: "later" };
    assert.deepEqual(await said(rule, queue, later, depth), []);
  });

  it("says nothing of a queue that Pulumi names, whose alarm nobody can tell by its name", async () => {
    assert.deepEqual(await said(rule, changed(queue, { name: undefined }), depth), []);
  });

  for (const [what, comparisonOperator, threshold] of [
    ["waits for a second message", "GreaterThanThreshold", 1],
    ["waits for a second message", "GreaterThanOrEqualToThreshold", 2],
    ["fires at an empty queue too, hence tells of nothing", "GreaterThanThreshold", -1],
    ["fires at an empty queue too, hence tells of nothing", "GreaterThanOrEqualToThreshold", 0],
    ["fires while the queue is empty", "LessThanThreshold", 1],
    ["goes by what is usual", "GreaterThanUpperThreshold", undefined],
  ] as const)
    it(`rejects one that ${what}: ${comparisonOperator} ${threshold ?? "of a band"}`, async () => {
      const alarm = changed(depth, { comparisonOperator, threshold });
      assert.deepEqual(await said(rule, queue, alarm), [
        "bad: No alarm detects the first failed message in this queue: set 'alarm' to GreaterThanThreshold 0.",
      ]);
    });

  for (const path of ["comparisonOperator", "threshold"])
    it(`says that it cannot tell while the alarm's ${path} is not known`, async () => {
      const later = { comparisonOperator: "GreaterThanOrEqualToThreshold", [path]: unknown };
      const alarm = changed(depth, { threshold: 100, ...later });
      assert.deepEqual(await said(rule, queue, alarm), [
        `advisory alarm: Unverified: '${path}' of 'alarm' is not known before the update, and this rule depends on it.`,
      ]);
    });

  it("asks nothing of a queue in which nothing is set aside", async () => {
    assert.deepEqual(await said(rule, changed(queue, { tags: undefined })), []);
  });
});
