import * as assert from "node:assert/strict";
import { forbidUnusedAdmissions as rule } from "../../../../policies/rules/iam/forbid-unused-admissions";
import { said, unknown, type Given } from "../../../support/policy";
import { arn, document, queueUrl, type Statement } from "../../given";

const admit = (source: string, changes: Statement = {}): Statement => ({
  Sid: "Admit",
  Effect: "Allow",
  Principal: { Service: "sns.amazonaws.com" },
  Action: "sqs:SendMessage",
  Resource: arn.queue("orders"),
  Condition: { ArnEquals: { "aws:SourceArn": source } },
  ...changes,
});
const queue = (...statements: Statement[]): Given => ({
  type: "aws:sqs/queue:Queue",
  inputs: { name: "orders", policy: document(...statements) },
});
const topic = (name: string): Given => ({
  type: "aws:sns/topic:Topic",
  name: "topic",
  inputs: { name },
});
const subscription = (inputs: Record<string, unknown>): Given => ({
  type: "aws:sns/topicSubscription:TopicSubscription",
  name: "subscription",
  inputs: { topic: arn.topic("t"), protocol: "sqs", endpoint: arn.queue("orders"), ...inputs },
});
const permission = (sourceArn: string): Given => ({
  type: "aws:lambda/permission:Permission",
  inputs: { function: "f", principal: "sns.amazonaws.com", sourceArn },
});
const alarm: Given = {
  type: "aws:cloudwatch/metricAlarm:MetricAlarm",
  name: "alarm",
  inputs: { name: "app-dev-errors" },
};
const alarms = (pattern: string) => `arn:aws:cloudwatch:eu-central-1:123456789012:alarm:${pattern}`;

/** A topic that hands over to the queue that lets it in. */
const used = [topic("t"), subscription({}), { ...queue(admit(arn.topic("t"))), name: "queue" }];

describe(rule.name, () => {
  it("accepts a source that is there, by its name or by a pattern", async () => {
    const given = [topic("t"), subscription({})];
    for (const source of [arn.topic("t"), arn.topic("*")])
      assert.deepEqual(await said(rule, ...given, queue(admit(source))), []);
    const told = admit(alarms("app-dev-*"), { Principal: { Service: "cloudwatch.amazonaws.com" } });
    assert.deepEqual(await said(rule, alarm, queue(told)), []);
  });

  it("accepts a source of another account, of another region, and one that has no name", async () => {
    for (const source of [
      "arn:aws:sns:eu-central-1:210987654321:t",
      "arn:aws:sns:us-east-1:123456789012:t",
      "arn:aws:execute-api:eu-central-1:123456789012:abc/*/*",
    ])
      assert.deepEqual(await said(rule, queue(admit(source))), []);
  });

  it("accepts it as long as a name is not known, which may be the one", async () => {
    assert.deepEqual(await said(rule, topic(unknown), queue(admit(arn.topic("t")))), []);
  });

  it("accepts a denial, and what is admitted without a service", async () => {
    const other = admit(arn.topic("t"), { Principal: { AWS: "arn:aws:iam::123456789012:root" } });
    assert.deepEqual(await said(rule, queue(admit(arn.topic("t"), { Effect: "Deny" }))), []);
    assert.deepEqual(await said(rule, queue(other)), []);
  });

  it("goes by what has to hold of the source, and by nothing else", async () => {
    const gone = arn.topic("gone");
    for (const Condition of [
      { ArnLikeIfExists: { "aws:SourceArn": gone } },
      { ArnNotEquals: { "aws:SourceArn": gone } },
      { ArnEquals: { "aws:PrincipalArn": gone } },
    ])
      assert.deepEqual(await said(rule, topic("t"), queue(admit(gone, { Condition }))), []);
    assert.deepEqual(await said(rule, queue(admit(gone, { Principal: "*" }))), []);
    const spelt = admit(gone, { Condition: { ArnEquals: { "AWS:sourcearn": gone } } });
    assert.equal((await said(rule, queue(spelt))).length, 1);
  });

  it("rejects a source of one kind while a name of another kind is not known", async () => {
    const later: Given = { ...alarm, inputs: { name: unknown } };
    const forRule = admit(arn.rule("gone"), { Principal: { Service: "iot.amazonaws.com" } });
    assert.equal(
      (await said(rule, topic(unknown), used[2] as Given, { ...queue(forRule), name: "other" }))
        .length,
      1,
    );
    const nameless: Given = { type: "aws:kms/key:Key", name: "key", inputs: {} };
    assert.equal((await said(rule, later, nameless, queue(admit(arn.topic("gone"))))).length, 1);
  });

  it("asks nothing of a permission that names no source, which another rule forbids", async () => {
    const anybody: Given = {
      type: "aws:lambda/permission:Permission",
      inputs: { function: "f", principal: "sns.amazonaws.com" },
    };
    assert.deepEqual(await said(rule, ...used, anybody), []);
  });

  it("rejects a source that is not there", async () => {
    assert.deepEqual(await said(rule, topic("t"), queue(admit(arn.topic("gone")))), [
      `it: Statement Admit in policy allows a service to act for ${arn.topic("gone")}, and there is no topic gone in this stack.`,
    ]);
  });

  it("rejects a pattern that nothing fits", async () => {
    assert.deepEqual(await said(rule, alarm, queue(admit(alarms("app-prod-*")))), [
      `it: Statement Admit in policy allows a service to act for ${alarms("app-prod-*")}, and there is no alarm app-prod-* in this stack.`,
    ]);
  });

  it("rejects a permission to invoke for what is not there", async () => {
    assert.deepEqual(await said(rule, ...used, permission(arn.topic("gone"))), [
      `it: Allows a service to invoke the function for ${arn.topic("gone")}, and there is no topic gone in this stack.`,
    ]);
  });

  describe("of a source that is there", () => {
    const admitted = queue(admit(arn.topic("t")));
    const idle = [
      `it: Statement Admit in policy allows a service to act for ${arn.topic("t")}, and topic t delivers nothing to 'it'.`,
    ];

    it("rejects it where it hands nothing over, or to others only", async () => {
      assert.deepEqual(await said(rule, topic("t"), admitted), idle);
      const other: Given = {
        type: "aws:sqs/queue:Queue",
        name: "other",
        inputs: { name: "other" },
      };
      for (const endpoint of [arn.queue("other"), arn.queue("elsewhere"), "a@example.com"])
        assert.deepEqual(
          await said(rule, topic("t"), other, admitted, subscription({ endpoint })),
          idle,
        );
      assert.deepEqual(
        await said(rule, topic("t"), admitted, subscription({ topic: arn.topic("u") })),
        idle,
      );
    });

    it("rejects it where a queue redrives there, which SQS does by itself", async () => {
      const redriven: Given = {
        type: "aws:sqs/queue:Queue",
        name: "work",
        inputs: {
          name: "work",
          redrivePolicy: JSON.stringify({ deadLetterTargetArn: arn.queue("orders") }),
        },
      };
      assert.deepEqual(await said(rule, topic("t"), admitted, redriven), idle);
    });

    it("rejects it where another service hands it over", async () => {
      const Principal = { Service: "events.amazonaws.com" };
      const given = queue(admit(arn.topic("t"), { Principal }));
      assert.deepEqual(await said(rule, topic("t"), subscription({}), given), idle);
    });

    it("accepts it where it sets aside there what it could not deliver", async () => {
      const redrivePolicy = JSON.stringify({ deadLetterTargetArn: arn.queue("orders") });
      const mails = subscription({ protocol: "email", endpoint: "a@example.com", redrivePolicy });
      assert.deepEqual(await said(rule, topic("t"), admitted, mails), []);
    });

    it("looks at the queue whose policy stands in a resource of its own", async () => {
      const bare: Given = { type: "aws:sqs/queue:Queue", name: "bare", inputs: { name: "orders" } };
      const policy: Given = {
        type: "aws:sqs/queuePolicy:QueuePolicy",
        inputs: { queueUrl: queueUrl("orders"), policy: document(admit(arn.topic("t"))) },
      };
      const given = [topic("t"), bare, policy];
      assert.deepEqual(await said(rule, ...given, subscription({})), []);
      assert.deepEqual(await said(rule, ...given), [idle[0]?.replace("'it'", "'bare'")]);
    });

    it("looks at the function that a permission is about", async () => {
      const worker: Given = {
        type: "aws:lambda/function:Function",
        name: "worker",
        inputs: { name: "f" },
      };
      const given = [...used, worker, permission(arn.topic("t"))];
      const invokes = subscription({ protocol: "lambda", endpoint: arn.function("f") });
      assert.deepEqual(await said(rule, ...given, { ...invokes, name: "invokes" }), []);
      assert.deepEqual(await said(rule, ...given), [
        `it: Allows a service to invoke the function for ${arn.topic("t")}, and topic t delivers nothing to 'worker'.`,
      ]);
    });

    it("accepts it as long as nobody knows where something leads, or where it comes from", async () => {
      for (const inputs of [{ endpoint: unknown }, { topic: unknown }])
        assert.deepEqual(
          (await said(rule, topic("t"), admitted, subscription(inputs))).filter(
            (sentence) => !sentence.startsWith("advisory "),
          ),
          [],
        );
    });

    it("leaves alone what it cannot know all ways to: keys, and services such as CloudWatch", async () => {
      const key: Given = {
        type: "aws:kms/key:Key",
        inputs: { policy: document(admit(arn.topic("t"))) },
      };
      assert.deepEqual(await said(rule, ...used, { ...key, name: "key" }), []);
      const told = admit(alarms("app-dev-errors"), {
        Principal: { Service: "cloudwatch.amazonaws.com" },
      });
      assert.deepEqual(await said(rule, alarm, queue(told)), []);
    });
  });
});
