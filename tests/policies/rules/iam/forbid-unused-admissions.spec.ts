import * as assert from "node:assert/strict";
import { forbidUnusedAdmissions as rule } from "../../../../policies/rules/iam/forbid-unused-admissions";
import { said, unknown, type Given } from "../../../support/policy";
import { arn, document, type Statement } from "../../given";

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

describe(rule.name, () => {
  it("accepts a source that is there, by its name or by a pattern", async () => {
    assert.deepEqual(await said(rule, topic("t"), queue(admit(arn.topic("t")))), []);
    assert.deepEqual(await said(rule, alarm, queue(admit(alarms("app-dev-*")))), []);
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
    const nameless: Given = { type: "aws:kms/key:Key", name: "key", inputs: {} };
    assert.equal((await said(rule, later, nameless, queue(admit(arn.topic("gone"))))).length, 1);
  });

  it("asks nothing of a permission that names no source, which another rule forbids", async () => {
    const known = { ...queue(admit(arn.topic("t"))), name: "queue" };
    const anybody: Given = {
      type: "aws:lambda/permission:Permission",
      inputs: { function: "f", principal: "sns.amazonaws.com" },
    };
    for (const given of [anybody, permission(arn.topic("t"))])
      assert.deepEqual(await said(rule, topic("t"), known, given), []);
  });

  it("rejects a source that is not there", async () => {
    assert.deepEqual(await said(rule, topic("t"), queue(admit(arn.topic("gone")))), [
      `it: Statement Admit in policy lets a service in for ${arn.topic("gone")}, and there is no topic gone in this stack.`,
    ]);
  });

  it("rejects a pattern that nothing fits", async () => {
    assert.deepEqual(await said(rule, alarm, queue(admit(alarms("app-prod-*")))), [
      `it: Statement Admit in policy lets a service in for ${alarms("app-prod-*")}, and there is no alarm app-prod-* in this stack.`,
    ]);
  });

  it("rejects a permission to invoke for what is not there", async () => {
    const known = queue(admit(arn.topic("t")));
    assert.deepEqual(
      await said(rule, topic("t"), { ...known, name: "queue" }, permission(arn.topic("gone"))),
      [
        `it: Lets a service invoke the function for ${arn.topic("gone")}, and there is no topic gone in this stack.`,
      ],
    );
  });
});
