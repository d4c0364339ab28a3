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
  `it: Takes requests without TLS: deny ${service}:* on aws:SecureTransport false.`;

describe(rule.name, () => {
  it("accepts a queue that denies everybody plain text", async () => {
    assert.deepEqual(await said(rule, queue(deny())), []);
    assert.deepEqual(await said(rule, queue(deny({ Principal: { AWS: "*" } }))), []);
  });

  it("accepts one whose policy is a resource of its own", async () => {
    const policy: Given = {
      type: "aws:sqs/queuePolicy:QueuePolicy",
      name: "policy",
      inputs: { queueUrl: queueUrl("orders"), policy: document(deny()) },
    };
    assert.deepEqual(await said(rule, changed(queue(), { policy: undefined }), policy), []);
  });

  for (const [what, changes] of Object.entries<Statement>({
    "that allows instead": { Effect: "Allow" },
    "for one principal only": { Principal: { AWS: arn.role("worker") } },
    "for another action only": { Action: "sqs:PurgeQueue" },
    "on TLS instead": { Condition: { Bool: { "aws:SecureTransport": "true" } } },
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
});
