import * as assert from "node:assert/strict";
import { requireSentKeys as rule } from "../../../../policies/rules/iam/require-sent-keys";
import { said, unknown } from "../../../support/policy";
import { arn, changed, document, role, send, trust, type Statement } from "../../given";

const account = { "aws:SourceAccount": "123456789012" };
const queue = (changes: Statement = {}) => ({
  type: "aws:sqs/queue:Queue",
  inputs: {
    policy: document(
      send({
        Principal: { Service: "sns.amazonaws.com" },
        Condition: { ArnEquals: { "aws:SourceArn": arn.topic("t") } },
        ...changes,
      }),
    ),
  },
});
const permission = {
  type: "aws:lambda/permission:Permission",
  inputs: {
    action: "lambda:InvokeFunction",
    function: "worker",
    principal: "events.amazonaws.com",
    sourceArn: "arn:aws:events:eu-central-1:123456789012:rule/r",
  },
};
const undocumented = (what: string, service: string, action: string, page: string) =>
  `it: ${what}, which AWS does not document for ${action} by ${service} (https://docs.aws.amazon.com/${page}): remove the condition.`;
const bySns = undocumented(
  "Statement Send in policy requires aws:SourceAccount",
  "sns.amazonaws.com",
  "sqs:SendMessage",
  "sns/latest/dg/sns-access-policy-use-cases.html#sns-publish-messages-to-sqs-queue",
);

describe(rule.name, () => {
  it("accepts what AWS documents for caller and target", async () => {
    assert.deepEqual(await said(rule, queue()), []);
    const fromS3 = {
      Principal: { Service: "s3.amazonaws.com" },
      Condition: { ArnLike: { "aws:SourceArn": arn.bucket("b") }, StringEquals: account },
    };
    assert.deepEqual(await said(rule, queue(fromS3)), []);
    assert.deepEqual(await said(rule, role(trust())), []);
    assert.deepEqual(await said(rule, permission), []);
  });

  it("rejects a key that the service is not documented to send, in any case", async () => {
    const source = { ArnEquals: { "aws:SourceArn": arn.topic("t") } };
    const Condition = { ...source, StringEquals: account };
    assert.deepEqual(await said(rule, queue({ Condition })), [bySns]);
    const lower = { ...source, StringLike: { "AWS:sourceaccount": "123456789012" } };
    assert.deepEqual(await said(rule, queue({ Condition: lower })), [
      bySns.replace("aws:SourceAccount", "AWS:sourceaccount"),
    ]);
  });

  it("rejects it in a permission of a function", async () => {
    assert.deepEqual(await said(rule, changed(permission, { sourceAccount: "123456789012" })), [
      undocumented(
        "Requires aws:SourceAccount",
        "events.amazonaws.com",
        "lambda:InvokeFunction",
        "eventbridge/latest/userguide/eb-use-resource-based.html#eb-lambda-permissions",
      ),
    ]);
    const ofS3 = { principal: "s3.amazonaws.com", sourceArn: arn.bucket("b"), sourceAccount: "1" };
    assert.deepEqual(await said(rule, changed(permission, ofS3)), []);
  });

  it("rejects a source that EventBridge does not send to a topic", async () => {
    const topic = {
      type: "aws:sns/topic:Topic",
      inputs: {
        policy: document(
          send({
            Action: "sns:Publish",
            Principal: { Service: "events.amazonaws.com" },
            Condition: { ArnLike: { "aws:SourceArn": permission.inputs.sourceArn } },
          }),
        ),
      },
    };
    assert.deepEqual(await said(rule, topic), [
      undocumented(
        "Statement Send in policy requires aws:SourceArn",
        "events.amazonaws.com",
        "sns:Publish",
        "eventbridge/latest/userguide/eb-use-resource-based.html#eb-sns-permissions",
      ),
    ]);
  });

  describe("in the policy of a key that EventBridge uses", () => {
    const key = {
      type: "aws:kms/key:Key",
      name: "key",
      inputs: {
        policy: document(
          send({
            Action: ["kms:Decrypt", "kms:GenerateDataKey*"],
            Resource: "*",
            Principal: { Service: "events.amazonaws.com" },
            Condition: { StringEquals: account },
          }),
        ),
      },
    };
    const encrypted = (type: string) => ({
      type,
      name: "target",
      inputs: { name: "t", kmsMasterKeyId: unknown },
      madeFrom: { kmsMasterKeyId: ["key"] },
    });
    const page =
      "https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html#compatibility-with-aws-services";
    const what =
      "Statement Send in policy requires aws:SourceAccount, which AWS does not document for kms:Decrypt, kms:GenerateDataKey* by events.amazonaws.com";

    it("rejects a source for a topic, in one line for all actions", async () => {
      assert.deepEqual(await said(rule, key, encrypted("aws:sns/topic:Topic")), [
        `key: ${what} (${page}): remove the condition.`,
      ]);
    });

    it("does not decide for a queue, about which AWS documents nothing", async () => {
      for (const others of [[], [encrypted("aws:sqs/queue:Queue")]])
        assert.deepEqual(await said(rule, key, ...others), [
          `advisory key: Unverified: ${what}: it is not supported for the keys of topics (${page}), and this stack does not encrypt a topic with the key.`,
        ]);
    });
  });

  it("rejects conditions in the trust policy of a service that documents none", async () => {
    const Principal = { Service: "lambda.amazonaws.com" };
    const page = "lambda/latest/dg/lambda-intro-execution-role.html";
    assert.deepEqual(
      await said(rule, role(trust({ Principal }))),
      ["aws:SourceAccount", "aws:SourceArn"].map((key) =>
        undocumented(
          `Statement 1 in assumeRolePolicy requires ${key}`,
          "lambda.amazonaws.com",
          "sts:AssumeRole",
          page,
        ),
      ),
    );
  });

  it("reports a pair that is not listed as unverified", async () => {
    assert.deepEqual(await said(rule, queue({ Principal: { Service: "ses.amazonaws.com" } })), [
      "advisory it: Unverified: Statement Send in policy requires aws:SourceArn of ses.amazonaws.com, for whose sqs:SendMessage iam/sent-keys.ts does not list the condition keys that the service sends.",
    ]);
  });

  it("judges both keys of a permission, and asks nothing of one without a source", async () => {
    const bySes = changed(permission, {
      ...{ principal: "ses.amazonaws.com", sourceAccount: "123456789012" },
    });
    const unlisted = (keys: string) => [
      `advisory it: Unverified: Requires ${keys} of ses.amazonaws.com, for whose lambda:InvokeFunction iam/sent-keys.ts does not list the condition keys that the service sends.`,
    ];
    assert.deepEqual(await said(rule, bySes), unlisted("aws:SourceArn and aws:SourceAccount"));
    const account = changed(bySes, { sourceArn: undefined });
    assert.deepEqual(await said(rule, account), unlisted("aws:SourceAccount"));
    const source = changed(bySes, { sourceAccount: undefined });
    assert.deepEqual(await said(rule, source), unlisted("aws:SourceArn"));
    assert.deepEqual(await said(rule, changed(source, { sourceArn: undefined })), []);
  });

  it("leaves alone keys whose names contain those of a source", async () => {
    for (const key of ["aws:ResourceTag/aws:SourceAccount", "aws:SourceAccounts"])
      assert.deepEqual(
        await said(rule, queue({ Condition: { StringEquals: { [key]: "123456789012" } } })),
        [],
      );
  });

  it("leaves alone conditions that need not hold, other keys, denials and roles", async () => {
    for (const changes of [
      { Condition: { StringEqualsIfExists: account } },
      { Condition: { StringNotEquals: account } },
      { Condition: { Bool: { "aws:SecureTransport": "true" } } },
      { Condition: undefined },
      { Effect: "Deny", Condition: { StringEquals: account } },
      { Principal: { AWS: arn.role("worker") }, Condition: { StringEquals: account } },
    ])
      assert.deepEqual(await said(rule, queue(changes)), []);
    const byRole = { principal: arn.role("worker"), sourceAccount: "123456789012" };
    assert.deepEqual(await said(rule, changed(permission, byRole)), []);
  });

  it("judges a source that is not known yet by its key", async () => {
    const findings = await said(rule, changed(permission, { sourceAccount: unknown }));
    assert.equal(findings.filter((one) => one.includes("Requires aws:SourceAccount")).length, 1);
  });
});
