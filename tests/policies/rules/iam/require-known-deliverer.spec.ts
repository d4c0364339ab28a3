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
  `advisory it: Unverified: Whether '${name}' may do what ${path} says was not evaluated: ${reason}.`,
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
      elsewhere("it", "endpoint", "what it leads to is outside this stack, and so is its policy"),
    );
  });

  it("names a target of which not even the kind is known here", async () => {
    const target: Given = {
      type: "aws:cloudwatch/eventTarget:EventTarget",
      inputs: { rule: "r", arn: "arn:aws:batch:eu-central-1:123456789012:job-queue/j" },
    };
    assert.deepEqual(
      await said(rule, { ...somewhere, name: "p" }, target),
      elsewhere("it", "arn", "what it leads to is outside this stack, and so is its policy"),
    );
  });

  it("names a target that is not known yet", async () => {
    assert.deepEqual(
      await said(rule, { ...somewhere, name: "p" }, queue, subscription({ endpoint: unknown })),
      elsewhere(
        "it",
        "endpoint",
        "what it leads to is outside this stack, or not known before the update",
      ),
    );
  });

  it("says nothing of what takes no permission that is evaluated here, such as a log group", async () => {
    const logs: Given = {
      type: "aws:iot/topicRule:TopicRule",
      inputs: { name: "r", cloudwatchLogs: [{ logGroupName: "g", roleArn: arn.role("other") }] },
    };
    assert.deepEqual(await said(rule, { ...somewhere, name: "p" }, logs), []);
  });

  it("names a source that is not known yet", async () => {
    assert.deepEqual(
      (
        await said(rule, { ...somewhere, name: "p" }, queue, subscription({ topic: unknown }))
      ).filter((line) => line.includes("evaluated")),
      elsewhere(
        "it",
        "endpoint",
        "who does it is outside this stack, or not known before the update",
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
          "who does it is outside this stack, or not known before the update",
        ),
      );
  });

  it("says so where no document tells the account", async () => {
    assert.deepEqual(
      await said(rule, queue, subscription({})),
      elsewhere("it", "endpoint", "no document of the stack names an account yet"),
    );
  });
});
