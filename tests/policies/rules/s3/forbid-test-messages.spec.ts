import * as assert from "node:assert/strict";
import { forbidTestMessages as rule } from "../../../../policies/rules/s3/forbid-test-messages";
import { said, unknown, type Given } from "../../../support/policy";
import { arn } from "../../given";

const queue = (purpose: string): Given => ({
  type: "aws:sqs/queue:Queue",
  name: "set-aside",
  inputs: { name: "q", tags: { purpose } },
});
const notification = (inputs: Record<string, unknown>): Given => ({
  type: "aws:s3/bucketNotification:BucketNotification",
  name: "notification",
  inputs: { bucket: "b", ...inputs },
});
const toQueue = notification({ queues: [{ queueArn: arn.queue("q"), events: ["s3:*"] }] });
const refused = [
  "notification: Leaves a test message in 'set-aside', which keeps the alarm of that queue on: use eventbridge and an event rule instead.",
];

describe(rule.name, () => {
  it("accepts a bucket whose events go to EventBridge", async () => {
    assert.deepEqual(
      await said(rule, queue("quarantine"), notification({ eventbridge: true })),
      [],
    );
  });

  it("rejects a notification that names a quarantine or a failure target", async () => {
    assert.deepEqual(await said(rule, queue("quarantine"), toQueue), refused);
    const target: Given = {
      type: "aws:cloudwatch/eventTarget:EventTarget",
      inputs: { rule: "r", arn: arn.queue("w"), deadLetterConfig: { arn: arn.queue("q") } },
    };
    assert.deepEqual(await said(rule, queue("failures"), target, toQueue), refused);
  });

  it("accepts a work queue, whose consumer reads the test message, and a topic", async () => {
    assert.deepEqual(await said(rule, queue("work"), toQueue), []);
    const topics = [{ topicArn: arn.topic("q"), events: ["s3:*"] }];
    assert.deepEqual(await said(rule, queue("quarantine"), notification({ topics })), []);
  });

  it("accepts a queue outside the stack, or not known yet", async () => {
    assert.deepEqual(await said(rule, toQueue), []);
    const queues = [{ queueArn: unknown, events: ["s3:*"] }];
    assert.deepEqual(await said(rule, queue("quarantine"), notification({ queues })), []);
  });
});
