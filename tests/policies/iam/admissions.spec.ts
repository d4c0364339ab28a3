import * as assert from "node:assert/strict";
import { admissionsIn, idle, type Admission } from "../../../policies/iam/admissions";
import type { Given } from "../../support/policy";
import { arn, queueUrl, rolePolicy, send } from "../given";
import { stackIn } from "../stack/stack-in";

const queue: Given = { type: "aws:sqs/queue:Queue", name: "queue", inputs: { name: "orders" } };
const topic: Given = { type: "aws:sns/topic:Topic", name: "topic", inputs: { name: "t" } };
const bucket: Given = { type: "aws:s3/bucket:Bucket", name: "bucket", inputs: { bucket: "b" } };
const worker: Given = {
  type: "aws:lambda/function:Function",
  name: "worker",
  inputs: { name: "worker" },
};
const eventRule: Given = {
  type: "aws:cloudwatch/eventRule:EventRule",
  name: "event-rule",
  inputs: { name: "nightly" },
};
const topicRule: Given = {
  type: "aws:iot/topicRule:TopicRule",
  name: "topic-rule",
  inputs: { name: "ingest" },
};
/** Names the account that the stack is in. */
const somewhere: Given = { ...rolePolicy(send()), name: "permissions" };

/** Why a service need not be let in to a resource for a source. */
async function reason(
  guarded: string,
  admission: Admission,
  ...given: Given[]
): Promise<string | undefined> {
  const stack = await stackIn(...given);
  const found = stack.resources.find(({ name }) => name === guarded);
  return idle(stack)(found, admission);
}

describe("The services that a statement allows", () => {
  const statement = { effect: "Allow" as const, conditions: {} };
  const principals = { Service: ["sns.amazonaws.com", "events.amazonaws.com"] };

  it("are each service with each required source", () => {
    const conditions = {
      ArnLike: { "aws:SourceArn": ["a", "b"] },
      ArnNotLike: { "aws:SourceArn": ["c"] },
    };
    assert.deepEqual(
      admissionsIn({ ...statement, principals, conditions }).map(
        ({ service, source }) => `${service} for ${source}`,
      ),
      [
        "sns.amazonaws.com for a",
        "sns.amazonaws.com for b",
        "events.amazonaws.com for a",
        "events.amazonaws.com for b",
      ],
    );
  });

  it("are none without a service or without a source", () => {
    const conditions = { ArnLike: { "aws:SourceArn": ["a"] } };
    assert.deepEqual(admissionsIn({ ...statement, conditions }), []);
    assert.deepEqual(admissionsIn({ ...statement, principals }), []);
  });
});

describe("An unused admission", () => {
  const sources: [service: string, source: string, name: string, given: Given][] = [
    [
      "events",
      "arn:aws:events:eu-central-1:123456789012:rule/nightly",
      "event rule nightly",
      eventRule,
    ],
    ["iot", arn.rule("ingest"), "topic rule ingest", topicRule],
    ["s3", arn.bucket("b"), "bucket b", bucket],
    ["sns", arn.topic("t"), "topic t", topic],
  ];
  for (const [name, source, called, given] of sources)
    it(`is found for ${called}: it delivers nothing to a queue or a function`, async () => {
      const admission = { service: `${name}.amazonaws.com`, source };
      for (const guarded of [queue, worker])
        assert.equal(
          await reason(guarded.name ?? "", admission, somewhere, given, guarded),
          `${called} delivers nothing to '${guarded.name}'`,
        );
    });

  it("is none of several sources that deliver to one queue", async () => {
    const names = ["t", "u", "v"];
    const topics = names.map((name): Given => ({ ...topic, name, inputs: { name } }));
    const subscriptions = names.map((name): Given => ({
      type: "aws:sns/topicSubscription:TopicSubscription",
      name: `${name}-subscription`,
      inputs: { topic: arn.topic(name), protocol: "sqs", endpoint: arn.queue("orders") },
    }));
    for (const name of names) {
      const admission = { service: "sns.amazonaws.com", source: arn.topic(name) };
      assert.equal(
        await reason("queue", admission, somewhere, ...topics, queue, ...subscriptions),
        undefined,
        name,
      );
    }
  });

  it("is found for a topic as a source", async () => {
    const admission = { service: "s3.amazonaws.com", source: arn.bucket("b") };
    assert.equal(
      await reason("topic", admission, somewhere, bucket, topic),
      "bucket b delivers nothing to 'topic'",
    );
    const notification: Given = {
      type: "aws:s3/bucketNotification:BucketNotification",
      name: "notification",
      inputs: {
        bucket: "b",
        topics: [{ topicArn: arn.topic("t"), events: ["s3:ObjectCreated:*"] }],
      },
    };
    assert.equal(
      await reason("topic", admission, somewhere, bucket, topic, notification),
      undefined,
    );
  });

  it("is found for a rule with a role, which requires no admission", async () => {
    const role: Given = { type: "aws:iam/role:Role", name: "role", inputs: { name: "ingest" } };
    const sends: Given = {
      ...topicRule,
      inputs: {
        name: "ingest",
        sqs: [{ queueUrl: queueUrl("orders"), useBase64: false, roleArn: arn.role("ingest") }],
      },
    };
    const admission = { service: "iot.amazonaws.com", source: arn.rule("ingest") };
    assert.equal(
      await reason("queue", admission, somewhere, role, sends, queue),
      "topic rule ingest delivers nothing to 'queue'",
    );
  });

  it("is undecided for a bucket or a service with deliveries that the pack does not model", async () => {
    const admission = { service: "sns.amazonaws.com", source: arn.topic("t") };
    assert.equal(await reason("bucket", admission, somewhere, topic, bucket), undefined);
    const other = { service: "cloudwatch.amazonaws.com", source: arn.topic("t") };
    assert.equal(await reason("queue", other, somewhere, topic, queue), undefined);
    assert.equal(await reason("nobody", admission, somewhere, topic), undefined);
  });

  it("is found for a source that does not exist in this account and region", async () => {
    const gone = (source: string) => ({ service: "sns.amazonaws.com", source });
    for (const source of [arn.topic("gone"), "arn:aws:sns:::gone", arn.topic("gone*")])
      assert.match(
        (await reason("queue", gone(source), somewhere, topic, queue)) ?? "",
        /^there is no topic gone\*? in this stack$/,
      );
    for (const source of [
      "arn:aws:sns:eu-west-1:123456789012:gone",
      "arn:aws:sns:eu-central-1:210987654321:gone",
      "*",
    ])
      assert.equal(await reason("queue", gone(source), somewhere, topic, queue), undefined);
  });

  it("is undecided in a stack without a known account", async () => {
    const admission = { service: "sns.amazonaws.com", source: arn.topic("gone") };
    assert.equal(await reason("queue", admission, topic, queue), undefined);
  });

  it("is undecided while the name of a resource of the same kind is not known", async () => {
    const unnamed = (given: Given): Given => ({ ...given, name: "unnamed", inputs: {} });
    const admission = { service: "sns.amazonaws.com", source: arn.topic("gone") };
    assert.equal(await reason("queue", admission, somewhere, unnamed(topic), queue), undefined);
    for (const other of [unnamed(topicRule), unnamed(bucket), unnamed(somewhere)])
      assert.equal(
        await reason("queue", admission, somewhere, other, queue),
        "there is no topic gone in this stack",
      );
  });
});
