import * as assert from "node:assert/strict";
import { requireReachableTarget as rule } from "../../../../policies/rules/cloudwatch/require-reachable-target";
import { configured, said, unknown, type Given } from "../../../support/policy";
import { alarmOn } from "../../alarms";
import { arn, changed, document, redrive, type Statement } from "../../given";

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
  `alarm: Cannot reach 'topic': the policy of '${policy}' does not allow cloudwatch.amazonaws.com to perform ${action} for ${source}.`;

describe(rule.name, () => {
  it("accepts an alarm whose topic and key let CloudWatch in", async () => {
    assert.deepEqual(await said(rule, alarm, topic(publish), key(use), alias), []);
  });

  it("rejects an alarm that tells nobody", async () => {
    for (const alarmActions of [undefined, []])
      assert.deepEqual(await said(rule, changed(alarm, { alarmActions })), [
        "alarm: Sends no notification: set alarmActions to a topic.",
      ]);
    assert.deepEqual(
      await said(rule, changed(alarm, { actionsEnabled: false }), topic(publish), key(use), alias),
      ["alarm: Sends no notification because actionsEnabled is false: remove actionsEnabled."],
    );
  });

  describe("where a composite alarm combines alarms", () => {
    const silent = "Sends no notification: set alarmActions to a topic.";
    const child = changed(alarm, { alarmActions: undefined });
    const composite = (alarmRule: string, more: Record<string, unknown> = {}): Given => ({
      type: "aws:cloudwatch/compositeAlarm:CompositeAlarm",
      name: "composite",
      inputs: { alarmName: "all", alarmRule, alarmActions: [arn.topic("alarms")], ...more },
    });

    it("requires no action of those that its rule names, by name or ARN", async () => {
      for (const alarmRule of [
        'ALARM("alarm")',
        "OK( alarm ) AND TRUE",
        'INSUFFICIENT_DATA ("alarm")',
        `ALARM("${source}")`,
      ])
        for (const one of [child, changed(alarm, { actionsEnabled: false })])
          assert.deepEqual(
            await said(rule, one, composite(alarmRule), topic(publish), key(use), alias),
            [],
          );
    });

    it("requires none of those from which an unknown rule was derived, and of one that suppresses actions", async () => {
      const later = { ...composite(unknown), madeFrom: { alarmRule: ["alarm"] } };
      assert.deepEqual(await said(rule, child, later), []);
      const suppressed = composite("TRUE", {
        actionsSuppressor: { alarm: "alarm", extensionPeriod: 60, waitPeriod: 60 },
      });
      assert.deepEqual(await said(rule, child, suppressed), []);
    });

    it("rejects other alarms, and a composite alarm that sends nothing", async () => {
      assert.deepEqual(await said(rule, child, composite('ALARM("other-alarm")')), [
        `alarm: ${silent}`,
      ]);
      const mute = composite('ALARM("alarm")', { alarmActions: [] });
      assert.deepEqual(await said(rule, child, mute), [`composite: ${silent}`]);
    });

    it("evaluates the topic of an alarm that it combines", async () => {
      const closed = topic(admit("sns:Subscribe", arn.topic("alarms")));
      const others = [composite('ALARM("alarm")', { alarmActions: [] }), closed, key(use), alias];
      assert.deepEqual(await said(rule, alarm, ...others), [
        refused("topic", "sns:Publish"),
        `composite: ${silent}`,
      ]);
    });

    it("evaluates its topic like that of any alarm", async () => {
      const closed = topic(admit("sns:Subscribe", arn.topic("alarms")));
      assert.deepEqual(await said(rule, composite('ALARM("x")'), closed, key(use), alias), [
        `composite: Cannot reach 'topic': the policy of 'topic' does not allow cloudwatch.amazonaws.com to perform sns:Publish for ${source.replace(/alarm$/, "all")}.`,
      ]);
    });
  });

  it("rejects a topic that does not let it in, or lets in alarms of another account only", async () => {
    const elsewhere = "arn:aws:cloudwatch:eu-central-1:210987654321:alarm:*";
    const other = { ArnLike: { "aws:SourceArn": elsewhere } };
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

  it("accepts a key that names itself, as a resource of its kind", async () => {
    const own = admit(
      ["kms:GenerateDataKey", "kms:Decrypt"],
      "arn:aws:kms:eu-central-1:123456789012:key/*",
    );
    assert.deepEqual(await said(rule, alarm, topic(publish), key(own), alias), []);
  });

  it("says that it cannot tell while the actions are not known", async () => {
    const later = changed(alarm, { alarmActions: unknown });
    assert.deepEqual(await said(rule, later, topic(publish), key(use), alias), [
      "advisory alarm: Unverified: 'alarmActions' of 'alarm' is not known before the update, and this rule depends on it.",
    ]);
  });

  it("finds the topic that an action was made from, by its name", async () => {
    const later: Given = {
      ...changed(alarm, { alarmActions: [unknown] }),
      madeFrom: { alarmActions: ["key", "topic"] },
    };
    const others = [key(use), alias];
    const closed = topic(admit("sns:Subscribe", arn.topic("alarms")));
    assert.deepEqual(await said(rule, ...others, closed, later), [refused("topic", "sns:Publish")]);
    assert.deepEqual(await said(rule, ...others, changed(closed, { name: undefined }), later), []);
  });

  it("cannot tell which alarm a topic has to admit if Pulumi names it", async () => {
    const unnamed = changed(alarm, { name: undefined });
    assert.deepEqual(
      await said(rule, unnamed, topic(admit("sns:Subscribe", arn.topic("alarms"))), alias),
      [],
    );
  });

  it("cannot tell anything where no document says which account it is", async () => {
    const later = {
      ...changed(alarm, { alarmActions: [unknown] }),
      madeFrom: { alarmActions: ["topic"] },
    };
    assert.deepEqual(await said(rule, later, changed(topic(), { policy: undefined })), []);
    const open = changed(alarm, { alarmActions: ["arn:aws:sns:us-east-1:account:alarms"] });
    assert.deepEqual(await said(rule, open), []);
  });

  it("asks nothing of a function, which an alarm may invoke by its own policy", async () => {
    const worker: Given = {
      type: "aws:lambda/function:Function",
      name: "worker",
      inputs: { name: "worker" },
    };
    const invoking = changed(alarm, { alarmActions: [arn.function("worker")] });
    assert.deepEqual(await said(rule, invoking, worker, topic(publish)), []);
  });

  it("asks nothing of a response plan, whose ARN has no Region", async () => {
    const plan = "arn:aws:ssm-incidents::123456789012:response-plan/plan";
    const planned = changed(alarm, { alarmActions: [plan] });
    assert.deepEqual(await said(rule, redrive("orders", "failures"), planned), []);
  });

  it("leaves topics of other stacks alone", async () => {
    assert.deepEqual(await said(rule, alarm), []);
  });

  describe("in another Region than the stack", () => {
    const region = "us-east-1";
    const moved = (text: string): string => text.replaceAll("eu-central-1", region);
    const placed = (given: Given): Given => ({
      ...given,
      inputs: { ...(JSON.parse(moved(JSON.stringify(given.inputs))) as object), region },
    });
    // Tells the pack the Region of the stack.
    const first = redrive("orders", "failures");
    const there = [topic(publish), key(use), alias].map(placed);

    it("accepts an alarm with its topic, which admits alarms of that Region", async () => {
      assert.deepEqual(await said(rule, first, placed(alarm), ...there), []);
    });

    it("rejects a topic and a key that admit alarms of the stack's Region only", async () => {
      const open = [topic(publish), key(use), alias].map(({ inputs, ...one }) => ({
        ...one,
        inputs: { ...inputs, region },
      }));
      const source = moved("arn:aws:cloudwatch:eu-central-1:123456789012:alarm:alarm");
      assert.deepEqual(
        await said(rule, first, placed(alarm), ...open),
        [
          ["topic", "sns:Publish"],
          ["key", "kms:GenerateDataKey"],
          ["key", "kms:Decrypt"],
        ].map(
          ([policy, action]) =>
            `alarm: Cannot reach 'topic': the policy of '${policy}' does not allow cloudwatch.amazonaws.com to perform ${action} for ${source}.`,
        ),
      );
    });

    it("rejects an alarm that notifies a topic of another Region, in this stack or not", async () => {
      const [abroad, home] = ["us-east-1", "eu-central-1"];
      const wrong = (own: string, other: string) =>
        `alarm: Is in ${own} and notifies a topic in ${other}: use a topic in the Region of the alarm.`;
      const homeless = changed(alarm, { alarmActions: [moved(arn.topic("elsewhere"))] });
      assert.deepEqual(await said(rule, first, homeless), [wrong(home, abroad)]);
      const away = changed(alarm, { region });
      assert.deepEqual(
        (await said(rule, first, away, topic(publish), key(use), alias))[0],
        wrong(abroad, home),
      );
    });
  });

  describe("where the stack names the topics that people read", () => {
    const read = [arn.topic("operations"), arn.topic("on-call")];
    const strict = configured(rule, { topicArns: read });
    const telling = (...alarmActions: string[]) => changed(alarm, { alarmActions });

    it("accepts an alarm that tells one of them, among others", async () => {
      for (const one of read)
        assert.deepEqual(await said(strict, telling(arn.topic("archive"), one)), []);
    });

    it("rejects an alarm that tells others only", async () => {
      assert.deepEqual(await said(strict, telling(arn.topic("archive"))), [
        `alarm: Notifies none of the required topics: add ${read.join(" or ")} to alarmActions.`,
      ]);
    });

    it("says that it cannot tell while an action is not known", async () => {
      assert.deepEqual(await said(strict, telling(arn.topic("archive"), unknown)), [
        "advisory alarm: Unverified: 'alarmActions[1]' of 'alarm' is not known before the update, and this rule depends on it.",
      ]);
    });
  });
});
