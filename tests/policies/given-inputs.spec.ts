import * as assert from "node:assert/strict";
import { requireTls } from "../../policies/rules/aws/require-tls";
import { requireReachableTarget } from "../../policies/rules/cloudwatch/require-reachable-target";
import { requirePermission } from "../../policies/rules/iam/require-permission";
import { requireRedrive } from "../../policies/rules/sqs/require-redrive";
import { said, saidAfter, unknown, type Given } from "../support/policy";
import { alarmOn } from "./alarms";
import { arn } from "./given";

/** As a program leaves it to Pulumi: the provider has made up the name, and AWS computes the rest. */
const queue: Given = {
  type: "aws:sqs/queue:Queue",
  inputs: { name: "it-1234567" },
  computed: ["arn", "policy", "redrivePolicy", "url"],
};

describe("An output that the program did not set", () => {
  it("is absent while it is not known: a queue without a redrive policy has none", async () => {
    const missing =
      "it: Has no redrive policy and is not a target for failed messages: add a redrive policy or the tag purpose: quarantine.";
    assert.deepEqual(await saidAfter(requireRedrive, queue), [missing]);
    const { inputs } = queue;
    const given = { ...queue, inputs: { ...inputs, redrivePolicy: unknown } };
    assert.deepEqual(await saidAfter(requireRedrive, given), []);
  });

  it("counts as set if the resource was not recorded", async () => {
    assert.deepEqual(await said(requireRedrive, queue), []);
  });

  it("is not requested: no rule depends on it", async () => {
    assert.deepEqual(await saidAfter(requireTls, queue), [
      "it: Accepts requests without TLS: deny sqs:* when aws:SecureTransport is false.",
    ]);
    const [line] = await said(requireTls, queue);
    assert.match(line ?? "", /Unverified: 'policy' of 'it'/);
  });

  it("has the default of the service: a topic allows the alarms of its account", async () => {
    const topic: Given = {
      type: "aws:sns/topic:Topic",
      inputs: { name: "t" },
      computed: ["arn", "policy"],
    };
    const alarm = alarmOn(
      "AWS/SQS",
      "SentMessageSize",
      { QueueName: "q" },
      {
        alarmActions: [arn.topic("t")],
      },
    );
    assert.deepEqual(await saidAfter(requireReachableTarget, topic, alarm), []);
    const encrypted = { ...topic, inputs: { name: "t", kmsMasterKeyId: "alias/aws/sns" } };
    assert.deepEqual(await saidAfter(requireReachableTarget, encrypted, alarm), [
      "alarm: Cannot reach 'it': the AWS managed key that encrypts 'it' allows no service.",
    ]);
  });

  it("has the default of the service: a topic does not allow EventBridge", async () => {
    const topic: Given = {
      type: "aws:sns/topic:Topic",
      inputs: { name: "t" },
      computed: ["arn", "policy"],
    };
    const target: Given = {
      type: "aws:cloudwatch/eventTarget:EventTarget",
      name: "target",
      inputs: { rule: "r", arn: arn.topic("t") },
    };
    assert.deepEqual(await saidAfter(requirePermission, topic, target), [
      "target: Does not have the permission that arn requires: the policy of 'it' does not allow events.amazonaws.com to perform sns:Publish for arn:aws:events:eu-central-1:123456789012:rule/r.",
    ]);
  });
});
