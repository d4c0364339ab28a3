import * as assert from "node:assert/strict";
import { requireRedrive as rule } from "../../../../policies/rules/sqs/require-redrive";
import { said, unknown, type Given } from "../../../support/policy";
import { arn, changed, queueUrl, redrive, sendsTo } from "../../given";

const queue = (name: string, inputs: Record<string, unknown> = {}): Given => ({
  type: "aws:sqs/queue:Queue",
  name,
  inputs: { name, ...inputs },
});
const redriveTo = (name: string) =>
  JSON.stringify({ deadLetterTargetArn: arn.queue(name), maxReceiveCount: 5 });
const work = queue("work", { redrivePolicy: redriveTo("failures") });
const failures = queue("failures");
const mapping = (name: string): Given => ({
  type: "aws:lambda/eventSourceMapping:EventSourceMapping",
  name: "mapping",
  inputs: { eventSourceArn: arn.queue(name), functionName: "worker" },
});
const pipe: Given = {
  type: "aws:pipes/pipe:Pipe",
  name: "pipe",
  inputs: { source: arn.queue("work"), target: arn.function("f"), roleArn: arn.role("pipe") },
};
const alone = (name: string) =>
  `${name}: Has no redrive policy and is not a target for failed messages: add a redrive policy or the tag purpose: quarantine.`;
const consumed = (name: string, by: string) =>
  `${name}: Is consumed by '${by}' and has no redrive policy, so a message that fails returns until it expires: set redrivePolicy.`;

describe(rule.name, () => {
  it("accepts a queue that redrives, and the queue that it redrives to", async () => {
    assert.deepEqual(await said(rule, work, failures, mapping("work")), []);
  });

  it("accepts a redrive policy in a resource of its own", async () => {
    const policy = redrive("work", "failures");
    assert.deepEqual(await said(rule, queue("work"), failures, policy, mapping("work")), []);
  });

  it("finds the queue of such a policy that is not known yet by what it was made from", async () => {
    const policy = changed(redrive("work", "failures"), { queueUrl: unknown });
    const topic: Given = { type: "aws:sns/topic:Topic", name: "topic", inputs: { name: "t" } };
    const madeFrom = { queueUrl: ["topic", "work"] };
    const given = [queue("work"), failures, topic, { ...policy, madeFrom }];
    assert.deepEqual(await said(rule, ...given), []);
  });

  it("rejects a queue that is neither", async () => {
    assert.deepEqual(await said(rule, queue("work")), [alone("work")]);
    assert.deepEqual(await said(rule, queue("work"), sendsTo("work")), [alone("work")]);
    assert.deepEqual(await said(rule, queue("work"), failures, redrive("other", "failures")), [
      alone("work"),
    ]);
  });

  it("rejects a redrive policy that names no target, or is not JSON", async () => {
    for (const redrivePolicy of ["{}", "", "deadLetterTargetArn"])
      assert.deepEqual(await said(rule, queue("work", { redrivePolicy })), [alone("work")]);
  });

  it("accepts a quarantine and a failures queue by their tags, as long as nothing consumes it", async () => {
    for (const purpose of ["quarantine", "failures"]) {
      const bad = queue("bad", { tags: { purpose } });
      assert.deepEqual(await said(rule, bad), []);
      assert.deepEqual(await said(rule, bad, mapping("bad")), [consumed("bad", "mapping")]);
    }
    assert.deepEqual(await said(rule, queue("work", { tags: { purpose: "work" } })), [
      alone("work"),
    ]);
  });

  it("accepts a queue to which the failed batches of a bucket are announced, and no other bucket's objects", async () => {
    const bucket: Given = { type: "aws:s3/bucket:Bucket", name: "b", inputs: { bucket: "b" } };
    const stream: Given = {
      type: "aws:lambda/eventSourceMapping:EventSourceMapping",
      name: "reader",
      inputs: {
        eventSourceArn: arn.stream("s"),
        functionName: "f",
        destinationConfig: { onFailure: { destinationArn: "arn:aws:s3:::b" } },
      },
    };
    const announced = (eventPattern: unknown): Given[] => [
      {
        type: "aws:cloudwatch/eventRule:EventRule",
        name: "rule",
        inputs: {
          name: "announcement",
          eventPattern:
            typeof eventPattern === "string" ? eventPattern : JSON.stringify(eventPattern),
        },
      },
      {
        type: "aws:cloudwatch/eventTarget:EventTarget",
        name: "target",
        inputs: { rule: "announcement", arn: arn.queue("failures") },
      },
    ];
    const ofBucket = (name: string, source = "aws.s3") => ({
      source: [source],
      detail: { bucket: { name: [name] } },
    });
    const saidOf = (pattern: unknown) =>
      said(rule, failures, bucket, stream, ...announced(pattern));
    assert.deepEqual(await saidOf(ofBucket("b")), []);
    for (const pattern of [ofBucket("other"), ofBucket("b", "own"), { source: ["aws.s3"] }, "{"])
      assert.deepEqual(await saidOf(pattern), [alone("failures")]);
    assert.deepEqual(await said(rule, failures, bucket, ...announced(ofBucket("b"))), [
      alone("failures"),
    ]);
  });

  it("rejects a failure target that is consumed", async () => {
    assert.deepEqual(await said(rule, work, failures, mapping("failures")), [
      consumed("failures", "mapping"),
    ]);
  });

  it("rejects a queue that a pipe consumes", async () => {
    assert.deepEqual(await said(rule, queue("work"), pipe), [consumed("work", "pipe")]);
  });

  for (const [what, by] of Object.entries<Given>({
    "a topic rule": {
      type: "aws:iot/topicRule:TopicRule",
      inputs: { errorAction: { sqs: { queueUrl: queueUrl("failures") } } },
    },
    "a subscription": {
      type: "aws:sns/topicSubscription:TopicSubscription",
      inputs: { redrivePolicy: JSON.stringify({ deadLetterTargetArn: arn.queue("failures") }) },
    },
    "an event target": {
      type: "aws:cloudwatch/eventTarget:EventTarget",
      inputs: { deadLetterConfig: { arn: arn.queue("failures") } },
    },
    "a schedule": {
      type: "aws:scheduler/schedule:Schedule",
      inputs: {
        target: { arn: arn.function("f"), deadLetterConfig: { arn: arn.queue("failures") } },
      },
    },
    "a pipe from a stream": {
      type: "aws:pipes/pipe:Pipe",
      inputs: {
        sourceParameters: {
          kinesisStreamParameters: { deadLetterConfig: { arn: arn.queue("failures") } },
        },
      },
    },
    "a function": {
      type: "aws:lambda/function:Function",
      inputs: { deadLetterConfig: { targetArn: arn.queue("failures") } },
    },
    "a function's configuration": {
      type: "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig",
      inputs: { destinationConfig: { onFailure: { destination: arn.queue("failures") } } },
    },
    "a mapping": {
      type: "aws:lambda/eventSourceMapping:EventSourceMapping",
      inputs: {
        eventSourceArn: arn.stream("s"),
        destinationConfig: { onFailure: { destinationArn: arn.queue("failures") } },
      },
    },
  }))
    it(`accepts a queue in which ${what} sets messages aside`, async () => {
      assert.deepEqual(await said(rule, failures, { ...by, name: "by" }), []);
    });

  it("finds the target of a redrive policy that is not known yet by what it was made from", async () => {
    const given = changed(work, { redrivePolicy: unknown });
    assert.deepEqual(
      await said(rule, { ...given, madeFrom: { redrivePolicy: ["failures"] } }, failures),
      [],
    );
  });
});
