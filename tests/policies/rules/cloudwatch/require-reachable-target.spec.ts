import * as assert from "node:assert/strict";
import { requireReachableTarget as rule } from "../../../../policies/rules/cloudwatch/require-reachable-target";
import { said, type Given } from "../../../support/policy";
import { alarmOn } from "../../alarms";
import { arn, changed, document, type Statement } from "../../given";

const alarm = alarmOn("AWS/SQS", "x", { QueueName: "q" }, { alarmActions: [arn.topic("alarms")] });
const admit = (
  Action: string | string[],
  Resource: string,
  changes: Statement = {},
): Statement => ({
  Effect: "Allow",
  Principal: { Service: "cloudwatch.amazonaws.com" },
  Action,
  Resource,
  Condition: {
    StringEquals: { "aws:SourceAccount": "123456789012" },
    ArnLike: { "aws:SourceArn": "arn:aws:cloudwatch:eu-central-1:123456789012:alarm:*" },
  },
  ...changes,
});
const topic = (...statements: Statement[]): Given => ({
  type: "aws:sns/topic:Topic",
  name: "topic",
  inputs: { name: "alarms", kmsMasterKeyId: "alias/alarms", policy: document(...statements) },
});
const publish = admit("sns:Publish", arn.topic("alarms"));
const key = (...statements: Statement[]): Given => ({
  type: "aws:kms/key:Key",
  name: "key",
  inputs: { policy: document(...statements) },
});
const use = admit(["kms:GenerateDataKey", "kms:Decrypt"], "*");
const alias: Given = {
  type: "aws:kms/alias:Alias",
  name: "alias",
  inputs: { name: "alias/alarms", targetKeyId: "1" },
  madeFrom: { targetKeyId: ["key"] },
};
const source = "arn:aws:cloudwatch:eu-central-1:123456789012:alarm:alarm";
const refused = (policy: string, action: string) =>
  `alarm: Cannot reach 'topic': the policy of '${policy}' does not let cloudwatch.amazonaws.com do ${action} for ${source}.`;

describe(rule.name, () => {
  it("accepts an alarm whose topic and key let CloudWatch in", async () => {
    assert.deepEqual(await said(rule, alarm, topic(publish), key(use), alias), []);
  });

  it("rejects an alarm that tells nobody", async () => {
    for (const alarmActions of [undefined, []])
      assert.deepEqual(await said(rule, changed(alarm, { alarmActions })), [
        "alarm: Tells nobody: set alarmActions to a topic.",
      ]);
    assert.deepEqual(
      await said(rule, changed(alarm, { actionsEnabled: false }), topic(publish), key(use), alias),
      ["alarm: Tells nobody, since actionsEnabled is false: leave it out."],
    );
  });

  it("rejects a topic that does not let it in, or lets in alarms of another account only", async () => {
    const other = { StringEquals: { "aws:SourceAccount": "210987654321" } };
    const denial = admit("sns:Publish", arn.topic("alarms"), {
      Effect: "Deny",
      Principal: "*",
      Condition: { Bool: { "aws:SecureTransport": "false" } },
    });
    for (const statement of [
      denial,
      admit("sns:Publish", arn.topic("alarms"), { Condition: other }),
    ])
      assert.deepEqual(await said(rule, alarm, topic(statement), key(use), alias), [
        refused("topic", "sns:Publish"),
      ]);
  });

  it("rejects a key that does not let it in", async () => {
    const decrypt = admit("kms:Decrypt", "*");
    assert.deepEqual(await said(rule, alarm, topic(publish), key(decrypt), alias), [
      refused("key", "kms:GenerateDataKey"),
    ]);
  });

  it("leaves topics of other stacks alone", async () => {
    assert.deepEqual(await said(rule, alarm), []);
  });
});
