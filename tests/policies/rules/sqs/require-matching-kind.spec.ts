import * as assert from "node:assert/strict";
import { requireMatchingKind as rule } from "../../../../policies/rules/sqs/require-matching-kind";
import { said, type Given } from "../../../support/policy";
import { arn, changed, queueUrl, redrive, sendsTo } from "../../given";

const queue = (name: string, fifoQueue?: boolean, to?: string): Given => ({
  type: "aws:sqs/queue:Queue",
  name,
  inputs: {
    name,
    ...(fifoQueue !== undefined && { fifoQueue }),
    ...(to && { redrivePolicy: JSON.stringify({ deadLetterTargetArn: arn.queue(to) }) }),
  },
});
const fifo =
  "Sends failed messages to 'failures', which is a FIFO queue: use a queue of the other type.";
const standard =
  "Sends failed messages to 'failures', which is not a FIFO queue: use a queue of the other type.";

describe(rule.name, () => {
  it("accepts two of one kind", async () => {
    assert.deepEqual(await said(rule, queue("work", undefined, "failures"), queue("failures")), []);
    assert.deepEqual(
      await said(rule, queue("work", true, "failures"), queue("failures", true)),
      [],
    );
  });

  it("rejects two of two kinds", async () => {
    assert.deepEqual(await said(rule, queue("work", false, "failures"), queue("failures", true)), [
      `work: ${fifo}`,
    ]);
    assert.deepEqual(await said(rule, queue("work", true, "failures"), queue("failures")), [
      `work: ${standard}`,
    ]);
  });

  it("compares the queue itself where a resource of its own says so for it", async () => {
    const policy = redrive("work", "failures");
    const fifos = [queue("work", true), queue("failures", true)];
    assert.deepEqual(await said(rule, ...fifos, policy), []);
    assert.deepEqual(await said(rule, queue("work", true), queue("failures"), policy), [
      `redrive: ${standard}`,
    ]);
    assert.deepEqual(await said(rule, queue("work"), queue("failures", true), policy), [
      `redrive: ${fifo}`,
    ]);
  });

  it("asks nothing where one of the two is outside the stack", async () => {
    assert.deepEqual(await said(rule, queue("failures", true), redrive("work", "failures")), []);
    assert.deepEqual(await said(rule, queue("work", true, "failures")), []);
  });

  it("asks nothing of a queue in which nothing is set aside, nor of what is no queue", async () => {
    assert.deepEqual(await said(rule, sendsTo("work"), queue("work", true)), []);
    const topic: Given = {
      type: "aws:sns/topic:Topic",
      name: "topic",
      inputs: { name: "t", fifoQueue: true },
    };
    const aside: Given = {
      type: "aws:lambda/function:Function",
      name: "f",
      inputs: { name: "f", deadLetterConfig: { targetArn: arn.topic("t") } },
    };
    assert.deepEqual(await said(rule, topic, aside), []);
  });

  it("rejects a FIFO queue for failures to which an event rule sends", async () => {
    const announcing: Given = {
      type: "aws:cloudwatch/eventTarget:EventTarget",
      name: "announcement",
      inputs: { rule: "r", arn: arn.queue("failures") },
    };
    const [fifoQueue, work] = ["failures", "work"].map((purpose) =>
      changed(queue("failures", true), { tags: { purpose } }),
    );
    assert.ok(fifoQueue && work);
    assert.deepEqual(await said(rule, announcing, fifoQueue), [`announcement: ${fifo}`]);
    assert.deepEqual(await said(rule, announcing, work), []);
  });

  it("rejects a FIFO queue for what is no queue", async () => {
    const topicRule: Given = {
      type: "aws:iot/topicRule:TopicRule",
      name: "rule",
      inputs: { name: "r", errorAction: { sqs: { queueUrl: queueUrl("failures") } } },
    };
    assert.deepEqual(await said(rule, topicRule, queue("failures")), []);
    assert.deepEqual(await said(rule, topicRule, queue("failures", true)), [`rule: ${fifo}`]);
  });
});
