import * as assert from "node:assert/strict";
import { requireAgeAlarm as rule } from "../../../../policies/rules/sqs/require-age-alarm";
import { said, unknown, type Given } from "../../../support/policy";
import { alarmOn } from "../../alarms";
import { arn, changed } from "../../given";

const age = "ApproximateAgeOfOldestMessage";
const day = 86_400;
const failures: Given = {
  type: "aws:sqs/queue:Queue",
  name: "bad",
  inputs: { name: "bad", messageRetentionSeconds: 14 * day, tags: { purpose: "quarantine" } },
};
const source = (name: string, messageRetentionSeconds?: unknown): Given => ({
  type: "aws:sqs/queue:Queue",
  name,
  inputs: {
    name,
    redrivePolicy: { deadLetterTargetArn: arn.queue("bad") },
    ...(messageRetentionSeconds !== undefined && { messageRetentionSeconds }),
  },
});
const above = (days: number, more: Record<string, unknown> = {}): Given =>
  alarmOn("AWS/SQS", age, { QueueName: "bad" }, { threshold: days * day, ...more });
const late = (left: number, most: number) => [
  `bad: 'alarm' fires too late, since a message may expire ${left * day} s after it arrives: set GreaterThanThreshold ${most * day} or less.`,
];

describe(rule.name, () => {
  it("accepts an alarm two days before messages expire that are sent to the queue", async () => {
    for (const days of [12, 3]) assert.deepEqual(await said(rule, failures, above(days)), []);
    assert.deepEqual(await said(rule, failures, above(12.5)), late(14, 12));
  });

  it("subtracts the longest retention of a queue that redrives to it", async () => {
    const sources = [source("a", day), source("b", 5 * day), source("c", 3 * day)];
    assert.deepEqual(await said(rule, failures, ...sources, above(7)), []);
    assert.deepEqual(await said(rule, failures, ...sources, above(10)), late(9, 7));
  });

  it("subtracts nothing for what sends to it, and for queues that redrive to another", async () => {
    const target: Given = {
      type: "aws:cloudwatch/eventTarget:EventTarget",
      name: "target",
      inputs: { rule: "r", arn: arn.queue("other"), deadLetterConfig: { arn: arn.queue("bad") } },
    };
    const other: Given = { type: "aws:sqs/queue:Queue", name: "other", inputs: { name: "other" } };
    const redrivePolicy = { deadLetterTargetArn: arn.queue("other") };
    const elsewhere = changed(source("a", 9 * day), { redrivePolicy });
    const about = async (...given: Given[]) =>
      (await said(rule, ...given)).filter((line) => line.startsWith("bad: "));
    assert.deepEqual(await about(failures, target, other, elsewhere, above(12)), []);
    assert.deepEqual(await about(failures, target, other, elsewhere, above(13)), late(14, 12));
  });

  it("knows that the default of a source is four days", async () => {
    assert.deepEqual(await said(rule, failures, source("a"), above(8)), []);
    assert.deepEqual(await said(rule, failures, source("a"), above(10)), late(10, 8));
  });

  it("knows that the default of the queue is four days", async () => {
    const short = changed(failures, { messageRetentionSeconds: undefined });
    assert.deepEqual(await said(rule, short, above(2)), []);
    assert.deepEqual(await said(rule, short, above(3)), late(4, 2));
  });

  it("does not subtract for a FIFO queue, which resets the time of a message", async () => {
    const fifo = changed(failures, { fifoQueue: true });
    assert.deepEqual(await said(rule, fifo, source("a", 5 * day), above(12)), []);
  });

  it("rejects retentions that leave no time to act", async () => {
    const problem = (left: number) => [
      `bad: A message may expire ${left * day} s after it arrives, which leaves no 2 days to act: set a longer messageRetentionSeconds, or a shorter one on the queues that redrive to it.`,
    ];
    assert.deepEqual(await said(rule, failures, source("a", 13 * day), above(0)), problem(1));
    assert.deepEqual(await said(rule, failures, source("a", 12 * day), above(0)), []);
  });

  it("rejects a queue without such an alarm, or with one on another queue, metric or namespace", async () => {
    for (const alarms of [
      [],
      [alarmOn("AWS/SQS", age, { QueueName: "other" })],
      [alarmOn("AWS/SQS", "NumberOfMessagesSent", { QueueName: "bad" })],
      [alarmOn("AWS/SNS", age, { QueueName: "bad" })],
    ])
      assert.deepEqual(await said(rule, failures, ...alarms), [
        `bad: No alarm fires before messages of this queue expire: create an alarm on ${age} above ${12 * day} s.`,
      ]);
  });

  it("rejects an alarm that fires below its threshold, and accepts one of two that is early enough", async () => {
    const below = above(3, { comparisonOperator: "LessThanThreshold" });
    assert.deepEqual(await said(rule, failures, below), late(14, 12));
    for (const comparisonOperator of [
      "GreaterThanUpperThreshold",
      "LessThanLowerOrGreaterThanUpperThreshold",
    ])
      assert.deepEqual(
        await said(rule, failures, changed(above(3), { comparisonOperator, threshold: undefined })),
        late(14, 12),
      );
    const orEqual = above(12, { comparisonOperator: "GreaterThanOrEqualToThreshold" });
    assert.deepEqual(await said(rule, failures, { ...above(13), name: "later" }, orEqual), []);
  });

  it("asks nothing of a queue that receives no failed messages, or whose name Pulumi generates", async () => {
    assert.deepEqual(await said(rule, changed(failures, { tags: { purpose: "work" } })), []);
    assert.deepEqual(await said(rule, changed(failures, { name: undefined })), []);
  });

  it("does not decide while a retention or a threshold is not known", async () => {
    const unverified = (resource: string, input: string) => [
      `advisory ${resource}: Unverified: '${input}' of '${resource}' is not known before the update, and this rule depends on it.`,
    ];
    assert.deepEqual(
      await said(rule, failures, source("a", unknown), above(13)),
      unverified("a", "messageRetentionSeconds"),
    );
    for (const input of ["threshold", "comparisonOperator"])
      assert.deepEqual(
        await said(rule, failures, above(13, { [input]: unknown })),
        unverified("alarm", input),
      );
  });
});
