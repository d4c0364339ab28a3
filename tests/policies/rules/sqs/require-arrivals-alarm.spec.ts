import * as assert from "node:assert/strict";
import { requireArrivalsAlarm as rule } from "../../../../policies/rules/sqs/require-arrivals-alarm";
import { said, unknown, type Given } from "../../../support/policy";
import { alarmOn, alarmOnMath } from "../../alarms";
import { arn, changed } from "../../given";

const depth = "ApproximateNumberOfMessagesVisible";
const sent = "NumberOfMessagesSent";
const quarantine: Given = {
  type: "aws:sqs/queue:Queue",
  name: "bad",
  inputs: { name: "bad", tags: { purpose: "quarantine" } },
};
const failures = changed(quarantine, { tags: { purpose: "failures" } });
const work: Given = {
  type: "aws:sqs/queue:Queue",
  name: "work",
  inputs: { name: "work", redrivePolicy: { deadLetterTargetArn: arn.queue("bad") } },
};
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
const metric = (name: string, queue = "bad") => ["AWS/SQS", name, { QueueName: queue }] as const;
const arrivals = alarmOn(...metric(sent));
const growth = alarmOnMath("DIFF(m1)", metric(depth));
const no = (what: string) =>
  `bad: No alarm fires again when more messages arrive in this queue: create an alarm on ${what}.`;
const late = (alarm: string) =>
  `bad: No alarm fires at each message that arrives in this queue: set '${alarm}' to GreaterThanThreshold 0.`;

describe(rule.name, () => {
  it("accepts a quarantine with an alarm on sent messages, alone, shared, or on growth", async () => {
    const shared = alarmOnMath("MAX([m1, m2])", metric(sent, "other"), metric(sent));
    for (const alarm of [arrivals, shared, growth])
      assert.deepEqual(await said(rule, quarantine, alarm), []);
  });

  it("accepts a threshold for a quarantine, but not one that never fires or always does", async () => {
    for (const threshold of [0, 1, 1000])
      assert.deepEqual(await said(rule, quarantine, changed(arrivals, { threshold })), []);
    assert.deepEqual(await said(rule, quarantine, changed(arrivals, { threshold: -1 })), [
      late("alarm"),
    ]);
    const below = changed(arrivals, { comparisonOperator: "LessThanThreshold" });
    assert.deepEqual(await said(rule, quarantine, below), [late("alarm")]);
  });

  it("rejects a queue with an alarm on its depth only, or with one on another queue or namespace", async () => {
    for (const alarms of [
      [],
      [alarmOn(...metric(depth))],
      [alarmOnMath("MAX([m1])", metric(depth))],
      [alarmOnMath("DIFF(m1)", metric("ApproximateAgeOfOldestMessage"))],
      [alarmOn(...metric(sent, "other"))],
      [alarmOnMath("DIFF(m1)", metric(depth, "other"))],
      [alarmOn("AWS/SNS", sent, { QueueName: "bad" })],
    ])
      assert.deepEqual(await said(rule, quarantine, ...alarms), [no(sent)]);
  });

  it("accepts a queue to which messages are redriven with an alarm on its growth, by DIFF or RATE", async () => {
    for (const expression of ["DIFF(m1)", "RATE (m1)", "IF(diff(m1) > 0, 1, 0)"])
      assert.deepEqual(
        await said(rule, failures, work, alarmOnMath(expression, metric(depth))),
        [],
      );
  });

  it("rejects such a queue with an alarm on sent messages only, which do not include redriven ones", async () => {
    assert.deepEqual(await said(rule, failures, work, arrivals), [
      `bad: 'alarm' does not fire for messages that a redrive policy moves here: use metric math with DIFF over ${depth}.`,
    ]);
    assert.deepEqual(await said(rule, failures, work), [no(`DIFF over ${depth}`)]);
    const other = alarmOnMath("DIFFERENCE(m1)", metric(depth));
    assert.deepEqual(await said(rule, failures, work, other), [no(`DIFF over ${depth}`)]);
  });

  it("accepts sent messages for a queue to which services send, and rejects a threshold there", async () => {
    assert.deepEqual(await said(rule, failures, target, arrivals), []);
    assert.deepEqual(await said(rule, failures, target, changed(arrivals, { threshold: 1 })), [
      late("alarm"),
    ]);
    assert.deepEqual(await said(rule, failures, work, changed(growth, { threshold: 1 })), [
      late("math"),
    ]);
  });

  it("accepts two alarms, of which one waits for more", async () => {
    const later = changed(arrivals, { threshold: 100 });
    assert.deepEqual(await said(rule, failures, target, later, growth), []);
    assert.deepEqual(await said(rule, failures, target, growth, later), []);
  });

  it("asks the same of a queue for failures to which an event rule sends", async () => {
    assert.deepEqual(await said(rule, failures, announcing), [no(sent)]);
    assert.deepEqual(await said(rule, failures, announcing, arrivals), []);
  });

  it("asks nothing of a queue that receives no failed messages, or whose name Pulumi generates", async () => {
    assert.deepEqual(await said(rule, failures), []);
    assert.deepEqual(await said(rule, changed(quarantine, { name: undefined })), []);
  });

  it("accepts a threshold that is not known yet", async () => {
    assert.deepEqual(await said(rule, quarantine, changed(arrivals, { threshold: unknown })), [
      "advisory alarm: Unverified: 'threshold' of 'alarm' is not known before the update, and this rule depends on it.",
    ]);
  });
});
