import * as assert from "node:assert/strict";
import { requireKnownDeliverer as rule } from "../../../../policies/rules/iam/require-known-deliverer";
import { said, unknown, type Given } from "../../../support/policy";
import { arn, rolePolicy, send } from "../../given";

const subscription = (inputs: Record<string, unknown>): Given => ({
  type: "aws:sns/topicSubscription:TopicSubscription",
  inputs: { topic: arn.topic("t"), protocol: "sqs", endpoint: arn.queue("orders"), ...inputs },
});
const queue: Given = { type: "aws:sqs/queue:Queue", name: "queue", inputs: { name: "orders" } };
const somewhere = rolePolicy(send());
const elsewhere = (name: string, path: string, reason: string) => [
  `advisory it: Unverified: Whether '${name}' has the permission that ${path} requires was not evaluated: ${reason}.`,
];

describe(rule.name, () => {
  it("says nothing where both ends are known", async () => {
    assert.deepEqual(await said(rule, { ...somewhere, name: "p" }, queue, subscription({})), []);
  });

  it("says nothing of addresses outside AWS, and of redrives, which nobody's permission decides", async () => {
    const email = subscription({ protocol: "email", endpoint: "a@example.com" });
    const redrive = JSON.stringify({ deadLetterTargetArn: arn.queue("dead"), maxReceiveCount: 3 });
    const source: Given = {
      type: "aws:sqs/queue:Queue",
      name: "source",
      inputs: { name: "s", redrivePolicy: redrive },
    };
    assert.deepEqual(await said(rule, { ...somewhere, name: "p" }, email, source), []);
  });

  it("names a target outside the stack, whose policy nobody here knows", async () => {
    assert.deepEqual(
      await said(rule, { ...somewhere, name: "p" }, subscription({})),
      elsewhere("it", "endpoint", "the target and its policy are outside this stack"),
    );
  });

  it("names a target of which not even the kind is known here", async () => {
    const target: Given = {
      type: "aws:cloudwatch/eventTarget:EventTarget",
      inputs: { rule: "r", arn: "arn:aws:batch:eu-central-1:123456789012:job-queue/j" },
    };
    assert.deepEqual(
      await said(rule, { ...somewhere, name: "p" }, target),
      elsewhere("it", "arn", "the target and its policy are outside this stack"),
    );
  });

  it("names a target that is not known yet", async () => {
    assert.deepEqual(
      await said(rule, { ...somewhere, name: "p" }, queue, subscription({ endpoint: unknown })),
      elsewhere(
        "it",
        "endpoint",
        "the target is outside this stack, or not known before the update",
      ),
    );
  });

  it("names every action of a topic rule whose role is outside the stack, a log group's too", async () => {
    for (const [input, action, path] of [
      ["cloudwatchLogs", { logGroupName: "g" }, "logGroupName"],
      ["republishes", { topic: "a/b" }, "topic"],
      ["timestreams", { databaseName: "d", tableName: "t" }, "tableName"],
      ["cloudwatchMetrics", { metricNamespace: "n" }, "metricNamespace"],
    ] as const) {
      const topicRule: Given = {
        type: "aws:iot/topicRule:TopicRule",
        inputs: { name: "r", [input]: [{ ...action, roleArn: arn.role("other") }] },
      };
      assert.deepEqual(
        await said(rule, { ...somewhere, name: "p" }, topicRule),
        elsewhere(
          "it",
          `${input}[0].${path}`,
          "the role or source is outside this stack, or not known before the update",
        ),
      );
    }
  });

  const own: Given = { type: "aws:iam/role:Role", name: "own", inputs: { name: "own" } };

  it("names an action of which this pack does not know what it needs", async () => {
    const topicRule: Given = {
      type: "aws:iot/topicRule:TopicRule",
      inputs: { name: "r", iotEvents: [{ inputName: "i", roleArn: arn.role("own") }] },
    };
    assert.deepEqual(
      await said(rule, { ...somewhere, name: "p" }, own, topicRule),
      elsewhere(
        "it",
        "iotEvents[0].inputName",
        "this pack does not know which permissions it needs",
      ),
    );
  });

  it("names a policy that decides and that is not listed, or not in the stack", async () => {
    const topicRule: Given = {
      type: "aws:iot/topicRule:TopicRule",
      inputs: { name: "r", republishes: [{ topic: "a/b", roleArn: arn.role("own") }] },
    };
    for (const [policyArn, why] of [
      [
        "arn:aws:iam::aws:policy/AWSIoTFullAccess",
        "the permissions of the AWS managed policy AWSIoTFullAccess are not listed in this pack",
      ],
      [
        "arn:aws:iam::123456789012:policy/theirs",
        "arn:aws:iam::123456789012:policy/theirs, which 'attachment' attaches, is not in this stack",
      ],
    ] as const) {
      const attachment: Given = {
        type: "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
        name: "attachment",
        inputs: { role: "own", policyArn },
      };
      assert.deepEqual(
        await said(rule, { ...somewhere, name: "p" }, own, topicRule, attachment),
        elsewhere("it", "republishes[0].topic", why),
      );
    }
  });

  it("names a source that is not known yet", async () => {
    assert.deepEqual(
      (
        await said(rule, { ...somewhere, name: "p" }, queue, subscription({ topic: unknown }))
      ).filter((line) => line.includes("evaluated")),
      elsewhere(
        "it",
        "endpoint",
        "the role or source is outside this stack, or not known before the update",
      ),
    );
  });

  it("names a role outside the stack, wherever its target is", async () => {
    const rule_: Given = {
      type: "aws:iot/topicRule:TopicRule",
      inputs: {
        name: "r",
        sqs: [
          {
            queueUrl: "https://sqs.eu-central-1.amazonaws.com/123456789012/orders",
            roleArn: arn.role("other"),
          },
        ],
      },
    };
    for (const target of [queue, { ...queue, inputs: { name: "theirs" } }])
      assert.deepEqual(
        await said(rule, { ...somewhere, name: "p" }, target, rule_),
        elsewhere(
          "it",
          "sqs[0].queueUrl",
          "the role or source is outside this stack, or not known before the update",
        ),
      );
  });

  it("says so where no ARN tells the account", async () => {
    const rule_: Given = {
      type: "aws:iot/topicRule:TopicRule",
      inputs: { name: "r", kineses: [{ streamName: "s", roleArn: unknown }] },
    };
    assert.deepEqual(
      await said(rule, queue, rule_),
      elsewhere("it", "kineses[0].streamName", "no ARN of the stack names an account yet"),
    );
  });
});
