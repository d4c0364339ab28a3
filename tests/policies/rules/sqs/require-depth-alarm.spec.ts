import * as assert from "node:assert/strict";
import { requireDepthAlarm as rule } from "../../../../policies/rules/sqs/require-depth-alarm";
import { said, unknown, type Given } from "../../../support/policy";
import { alarmOn, alarmOnMath } from "../../alarms";
import { arn, changed } from "../../given";

const queue: Given = {
  type: "aws:sqs/queue:Queue",
  name: "bad",
  inputs: { name: "bad", tags: { purpose: "failures" } },
};
const quarantine = changed(queue, { tags: { purpose: "quarantine" } });
/** Sends failed messages to the queue. */
const target: Given = {
  type: "aws:cloudwatch/eventTarget:EventTarget",
  name: "target",
  inputs: { rule: "r", arn: arn.queue("other"), deadLetterConfig: { arn: arn.queue("bad") } },
};
/** Announces failed batches to the queue. */
const announcing: Given = {
  type: "aws:cloudwatch/eventTarget:EventTarget",
  name: "announcement",
  inputs: { rule: "r", arn: arn.queue("bad") },
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
      assert.deepEqual(await said(rule, queue, target, alarm), []);
    }
  });

  it("rejects a queue without one, or with one of another queue or metric", async () => {
    for (const others of [
      [],
      [alarmOn("AWS/SQS", metric, { QueueName: "good" })],
      [alarmOn("AWS/SQS", "NumberOfMessagesSent", { QueueName: "bad" })],
      [alarmOn("AWS/SNS", metric, { QueueName: "bad" })],
    ])
      assert.deepEqual(await said(rule, queue, target, ...others), [nobody]);
  });

  it("accepts two, of which one waits for more", async () => {
    const later = { ...changed(depth, { threshold: 100 }), name: "later" };
    assert.deepEqual(await said(rule, queue, target, later, depth), []);
  });

  it("says nothing of a queue that Pulumi names, whose alarm nobody can tell by its name", async () => {
    for (const one of [queue, quarantine])
      assert.deepEqual(await said(rule, changed(one, { name: undefined }), target, depth), []);
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
      assert.deepEqual(await said(rule, queue, target, alarm), [
        "bad: No alarm detects the first failed message in this queue: set 'alarm' to GreaterThanThreshold 0.",
      ]);
    });

  for (const path of ["comparisonOperator", "threshold"])
    it(`says that it cannot tell while the alarm's ${path} is not known`, async () => {
      const later = { comparisonOperator: "GreaterThanOrEqualToThreshold", [path]: unknown };
      const alarm = changed(depth, { threshold: 100, ...later });
      assert.deepEqual(await said(rule, queue, target, alarm), [
        `advisory alarm: Unverified: '${path}' of 'alarm' is not known before the update, and this rule depends on it.`,
      ]);
    });

  it("accepts a quarantine that tolerates messages, but not one without an alarm or with one that fires while it is empty", async () => {
    for (const threshold of [0, 1, 1000])
      assert.deepEqual(await said(rule, quarantine, changed(depth, { threshold })), []);
    const orEqual = { comparisonOperator: "GreaterThanOrEqualToThreshold", threshold: 1000 };
    assert.deepEqual(await said(rule, quarantine, changed(depth, orEqual)), []);
    assert.deepEqual(await said(rule, quarantine), [nobody]);
    for (const more of [{ threshold: -1 }, { ...orEqual, threshold: 0 }])
      assert.deepEqual(await said(rule, quarantine, changed(depth, more)), [
        "bad: No alarm detects the first failed message in this queue: set 'alarm' to GreaterThanThreshold 0.",
      ]);
  });

  it("accepts an alarm that several queues share, and rejects one on growth, which ends while messages wait", async () => {
    const watched = ["AWS/SQS", metric, { QueueName: "bad" }] as const;
    const other = ["AWS/SQS", metric, { QueueName: "other" }] as const;
    const shared = alarmOnMath("MAX([m1, m2])", other, watched);
    assert.deepEqual(await said(rule, queue, target, shared), []);
    assert.deepEqual(await said(rule, queue, target, alarmOnMath("DIFF(m1)", watched)), [nobody]);
  });

  it("asks the same of a queue for failures to which an event rule sends", async () => {
    assert.deepEqual(await said(rule, queue, announcing), [nobody]);
    assert.deepEqual(await said(rule, queue, announcing, depth), []);
  });

  it("asks nothing of a queue in which nothing is set aside", async () => {
    assert.deepEqual(await said(rule, queue), []);
    const work = changed(queue, { tags: { purpose: "work" } });
    assert.deepEqual(await said(rule, work, announcing), []);
  });
});
