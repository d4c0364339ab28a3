import * as assert from "node:assert/strict";
import { requireDepthAlarm as rule } from "../../../../policies/rules/sqs/require-depth-alarm";
import { said, type Given } from "../../../support/policy";
import { alarmOn } from "../../alarms";
import { changed } from "../../given";

const queue: Given = {
  type: "aws:sqs/queue:Queue",
  name: "bad",
  inputs: { name: "bad", tags: { purpose: "quarantine" } },
};
const metric = "ApproximateNumberOfMessagesVisible";
const depth = alarmOn("AWS/SQS", metric, { QueueName: "bad" });
const nobody = `bad: Nobody is told when a message is set aside here: make an alarm on ${metric}.`;

describe(rule.name, () => {
  it("accepts an alarm on the first message", async () => {
    for (const threshold of [0, 1])
      assert.deepEqual(await said(rule, queue, changed(depth, { threshold })), []);
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

  it("rejects one that waits for more", async () => {
    assert.deepEqual(await said(rule, queue, changed(depth, { threshold: 100 })), [
      "bad: Nobody is told of the first message that is set aside here: lower the threshold of 'alarm' to 0.",
    ]);
  });

  it("asks nothing of a queue in which nothing is set aside", async () => {
    assert.deepEqual(await said(rule, changed(queue, { tags: undefined })), []);
  });
});
