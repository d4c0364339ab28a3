import * as assert from "node:assert/strict";
import { requireTls as rule } from "../../../../policies/rules/aws/require-tls";
import { said, unknown, type Given } from "../../../support/policy";
import { arn, changed, document, queueUrl, type Statement } from "../../given";

const deny = (changes: Statement = {}): Statement => ({
  Sid: "DenyPlainText",
  Effect: "Deny",
  Principal: "*",
  Action: "sqs:*",
  Resource: arn.queue("orders"),
  Condition: { Bool: { "aws:SecureTransport": "false" } },
  ...changes,
});
const queue = (...statements: Statement[]): Given => ({
  type: "aws:sqs/queue:Queue",
  inputs: { name: "orders", policy: document(...statements) },
});
const sentence = (service: string) =>
  `it: Accepts requests without TLS: deny ${service}:* when aws:SecureTransport is false.`;

describe(rule.name, () => {
  it("accepts a queue that denies everybody plain text", async () => {
    assert.deepEqual(await said(rule, queue(deny())), []);
    for (const same of [
      { Principal: { AWS: "*" } },
      { Action: "SQS:Send*" },
      { Action: ["sqs:PurgeQueue", "sqs:*"] },
      { Condition: { Bool: { "AWS:securetransport": ["false"] } } },
    ])
      assert.deepEqual(await said(rule, queue(deny(same))), []);
  });

  const holders: Record<string, { service: string; holder: string; of: Record<string, string> }> = {
    "aws:sqs/queue:Queue": {
      service: "sqs",
      holder: "aws:sqs/queuePolicy:QueuePolicy",
      of: { queueUrl: queueUrl("orders") },
    },
    "aws:sns/topic:Topic": {
      service: "sns",
      holder: "aws:sns/topicPolicy:TopicPolicy",
      of: { arn: arn.topic("orders") },
    },
    "aws:s3/bucket:Bucket": {
      service: "s3",
      holder: "aws:s3/bucketPolicy:BucketPolicy",
      of: { bucket: "orders" },
    },
  };
  for (const [type, { service, holder, of }] of Object.entries(holders))
    it(`accepts ${type} whose policy is a resource of its own, and no other that lacks one`, async () => {
      const one = (name: string): Given => ({ type, name, inputs: { name, bucket: name } });
      const policy: Given = {
        type: holder,
        name: "policy",
        inputs: { ...of, policy: document(deny({ Action: `${service}:*`, Resource: "*" })) },
      };
      assert.deepEqual(await said(rule, one("orders"), one("others"), policy), [
        sentence(service).replace("it:", "others:"),
      ]);
    });

  for (const [type, { service, holder, of }] of Object.entries(holders))
    it(`finds ${type} of such a policy by what it was made from, while neither is there`, async () => {
      const [[input = ""] = []] = Object.entries(of);
      const policy: Given = {
        type: holder,
        name: "policy",
        inputs: {
          [input]: unknown,
          policy: document(deny({ Action: `${service}:*`, Resource: "*" })),
        },
        madeFrom: { [input]: ["key", "orders"] },
      };
      const key: Given = { type: "aws:kms/key:Key", name: "key", inputs: {} };
      const inputs = { name: "orders", bucket: "orders" };
      assert.deepEqual(await said(rule, key, { type, name: "orders", inputs }, policy), []);
    });

  for (const [what, changes] of Object.entries<Statement>({
    "that allows instead": { Effect: "Allow" },
    "for one principal only": { Principal: { AWS: arn.role("worker") } },
    "for another action only": { Action: "sqs:PurgeQueue" },
    "for another service's resources": { Resource: arn.topic("orders") },
    "on TLS instead": { Condition: { Bool: { "aws:SecureTransport": "true" } } },
    "under a second condition of the same kind": {
      Condition: { Bool: { "aws:SecureTransport": "false", "aws:ViaAWSService": "false" } },
    },
    "for no value at all": { Condition: { Bool: { "aws:SecureTransport": [] } } },
    "by a service's name": { Principal: { Service: "*" } },
    "for nobody in particular": { Principal: undefined, NotPrincipal: { AWS: "*" } },
    "by exceptions": { Action: undefined, NotAction: "sqs:*" },
    "by another operator": { Condition: { StringEquals: { "aws:SecureTransport": "false" } } },
    "under no condition": { Condition: undefined },
    "under a second condition": {
      Condition: {
        Bool: { "aws:SecureTransport": "false" },
        StringEquals: { "aws:PrincipalTag/a": "b" },
      },
    },
  }))
    it(`is not satisfied by a statement ${what}`, async () => {
      assert.deepEqual(await said(rule, queue(deny(changes))), [sentence("sqs")]);
    });

  for (const [type, service] of [
    ["aws:sqs/queue:Queue", "sqs"],
    ["aws:sns/topic:Topic", "sns"],
    ["aws:s3/bucket:Bucket", "s3"],
  ] as const)
    it(`rejects ${type} without a policy`, async () => {
      assert.deepEqual(await said(rule, { type, inputs: { name: "n", bucket: "n" } }), [
        sentence(service),
      ]);
    });

  it("names a policy that is not known yet", async () => {
    assert.deepEqual(await said(rule, changed(queue(), { policy: unknown })), [
      "advisory it: Unverified: 'policy' of 'it' is not known before the update, and this rule depends on it.",
    ]);
  });

  it("rejects a bucket whose objects are left out, by its own ARN alone", async () => {
    const bucket = (...Resource: string[]): Given => ({
      type: "aws:s3/bucket:Bucket",
      inputs: { bucket: "orders", policy: document(deny({ Action: "s3:*", Resource })) },
    });
    assert.deepEqual(await said(rule, bucket(arn.bucket("orders"))), [sentence("s3")]);
    assert.deepEqual(
      await said(rule, bucket(arn.bucket("orders"), `${arn.bucket("orders")}/*`)),
      [],
    );
  });
});
