import { GetTopicAttributesCommand, SNSClient } from "@aws-sdk/client-sns";
import { GetQueueAttributesCommand, ListQueueTagsCommand, SQSClient } from "@aws-sdk/client-sqs";
import * as assert from "node:assert/strict";
import { createWorld, nextName, type World } from "./provisioning";

const policy = (Sid: string) =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      {
        Sid,
        Effect: "Deny",
        Principal: "*",
        Action: "sqs:*",
        Resource: "*",
        Condition: { Bool: { "aws:SecureTransport": "false" } },
      },
    ],
  });

describe("A queue on the emulator", () => {
  let world: World;
  before(async () => {
    world = await createWorld();
  });
  after(() => world.end());

  const attributesOf = async (QueueUrl: string) => {
    const { Attributes = {} } = await world.clients
      .get(SQSClient)
      .send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["All"] }));
    return Attributes;
  };

  it("has every given setting", async () => {
    const failures = nextName("failures");
    const dead = await world.create("sqs/queue:Queue", { name: failures });
    const name = nextName("queue");
    const redrivePolicy = JSON.stringify({
      deadLetterTargetArn: dead.state.arn,
      maxReceiveCount: 5,
    });
    const made = await world.create("sqs/queue:Queue", {
      name,
      visibilityTimeoutSeconds: 180,
      messageRetentionSeconds: 345_600,
      receiveWaitTimeSeconds: 20,
      sqsManagedSseEnabled: true,
      policy: policy("Whole"),
      redrivePolicy,
      redriveAllowPolicy: '{"redrivePermission":"denyAll"}',
      tags: { purpose: "work" },
    });
    const attributes = await attributesOf(made.id);
    assert.equal(attributes.VisibilityTimeout, "180");
    assert.equal(attributes.MessageRetentionPeriod, "345600");
    assert.equal(attributes.ReceiveMessageWaitTimeSeconds, "20");
    assert.equal(attributes.Policy, policy("Whole"));
    assert.deepEqual(JSON.parse(attributes.RedrivePolicy ?? "{}"), JSON.parse(redrivePolicy));
    assert.equal(attributes.RedriveAllowPolicy, '{"redrivePermission":"denyAll"}');
    const { Tags } = await world.clients
      .get(SQSClient)
      .send(new ListQueueTagsCommand({ QueueUrl: made.id }));
    assert.deepEqual(Tags, { purpose: "work" });
    assert.equal(made.state.url, made.id);
    assert.equal(made.state.arn, `arn:aws:sqs:eu-central-1:123456789012:${name}`);
    assert.equal(attributes.QueueArn, made.state.arn);
    assert.deepEqual(world.notHonoured, [
      "Queues are not encrypted at rest here; the setting is kept.",
    ]);
  });

  it("has the service's defaults otherwise", async () => {
    const { id } = await world.create("sqs/queue:Queue", { name: nextName("queue") });
    const { VisibilityTimeout, Policy, RedrivePolicy } = await attributesOf(id);
    assert.deepEqual([VisibilityTimeout, Policy, RedrivePolicy], ["30", undefined, undefined]);
  });

  it("accepts a policy and a redrive-allow policy as separate resources", async () => {
    const { id: queueUrl } = await world.create("sqs/queue:Queue", { name: nextName("queue") });
    const set = await world.create("sqs/queuePolicy:QueuePolicy", {
      queueUrl,
      policy: policy("Apart"),
    });
    await world.create("sqs/redriveAllowPolicy:RedriveAllowPolicy", {
      queueUrl,
      redriveAllowPolicy: '{"redrivePermission":"allowAll"}',
    });
    const { Policy, RedriveAllowPolicy } = await attributesOf(queueUrl);
    assert.equal(set.id, queueUrl);
    assert.equal(Policy, policy("Apart"));
    assert.equal(RedriveAllowPolicy, '{"redrivePermission":"allowAll"}');
  });
});

describe("A topic on the emulator", () => {
  let world: World;
  before(async () => {
    world = await createWorld();
  });
  after(() => world.end());

  it("has its key, signature version and policy, and reports that nothing is encrypted", async () => {
    const name = nextName("topic");
    const made = await world.create("sns/topic:Topic", {
      name,
      kmsMasterKeyId: "alias/demo",
      signatureVersion: 2,
      policy: policy("Topic"),
    });
    const { Attributes } = await world.clients
      .get(SNSClient)
      .send(new GetTopicAttributesCommand({ TopicArn: made.id }));
    assert.equal(made.state.arn, `arn:aws:sns:eu-central-1:123456789012:${name}`);
    assert.equal(Attributes?.KmsMasterKeyId, "alias/demo");
    assert.equal(Attributes.SignatureVersion, "2");
    assert.equal(Attributes.Policy, policy("Topic"));
    assert.deepEqual(world.notHonoured, [
      "Topics are not encrypted here, so a missing permission on a key does not show.",
    ]);
  });

  it("does not mention keys without one", async () => {
    world.notHonoured.length = 0;
    await world.create("sns/topic:Topic", { name: nextName("topic") });
    assert.deepEqual(world.notHonoured, []);
  });

  it("leaves its subscriptions to the local run, which implements dead-letter queues", async () => {
    const inputs = { topic: "arn:topic", protocol: "email", endpoint: "a@example.com" };
    const made = await world.create("sns/topicSubscription:TopicSubscription", inputs);
    assert.deepEqual(world.calls, [["subscriptions.add", inputs]]);
    assert.deepEqual(made, {
      id: "arn:of:subscriptions.add",
      state: { ...inputs, arn: "arn:of:subscriptions.add", pendingConfirmation: false },
    });
  });
});
