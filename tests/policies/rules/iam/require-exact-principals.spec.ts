import * as assert from "node:assert/strict";
import { requireExactPrincipals as rule } from "../../../../policies/rules/iam/require-exact-principals";
import { said } from "../../../support/policy";
import { arn, document, send, type Statement } from "../../given";

const account = { "aws:SourceAccount": "123456789012" };
const admit = (changes: Statement = {}) => ({
  type: "aws:sqs/queue:Queue",
  inputs: {
    policy: document(
      send({
        Principal: { Service: "sns.amazonaws.com" },
        Condition: { ArnEquals: { "aws:SourceArn": arn.topic("t") }, StringEquals: account },
        ...changes,
      }),
    ),
  },
});
const sentence = (what: string) => `it: Statement Send in policy ${what}`;
const anyResource = sentence(
  "allows sns.amazonaws.com for any resource: restrict aws:SourceArn to the ARN of one resource.",
);
const anybody = sentence(
  "allows any principal: specify the principal, or restrict the source with a condition.",
);
const anyAccount = (service: string) =>
  sentence(`allows ${service} for any account: restrict aws:SourceAccount to this account.`);

describe(rule.name, () => {
  it("accepts a service that acts for one resource of one account", async () => {
    assert.deepEqual(await said(rule, admit()), []);
  });

  it("accepts a family of resources, and an account that the ARN names", async () => {
    const alarms = "arn:aws:cloudwatch:eu-central-1:123456789012:alarm:orders-*";
    const Condition = { ArnLike: { "aws:SourceArn": alarms } };
    assert.deepEqual(await said(rule, admit({ Condition })), []);
  });

  for (const source of [
    "*",
    "arn:aws:sns:eu-central-1:123456789012:*",
    "arn:aws:sns:eu-central-1:123456789012:**",
    "arn:aws:iot:eu-central-1:123456789012:rule/*",
    "arn:aws:cloudwatch:eu-central-1:*:alarm:*",
    "arn:aws:cloudwatch:*",
    "arn:aws:events:eu-central-1:123456789012:event-bus/*",
    "arn:aws:*:*:*:*",
    "arn:aws:*:eu-central-1:123456789012:t",
    "arn:aws:sns:*",
    "my-arn:aws:sns:eu-central-1:123456789012:t",
  ])
    it(`rejects the source ${source}`, async () => {
      const Condition = { ArnLike: { "aws:SourceArn": source }, StringEquals: account };
      assert.deepEqual(await said(rule, admit({ Condition })), [anyResource]);
    });

  for (const source of [
    "arn:aws:iot:eu-central-1:123456789012:rule/*a",
    "arn:aws:iot:eu-central-1:123456789012:rule/a/*",
    "arn:aws:iot:eu-central-1:123456789012:rule*",
    // As AWS's own example of a topic's policy has it.
    "arn:aws:cloudwatch:eu-central-1:123456789012:alarm:*",
  ])
    it(`accepts the source ${source}`, async () => {
      const Condition = { ArnLike: { "aws:SourceArn": source } };
      assert.deepEqual(await said(rule, admit({ Condition })), []);
    });

  it("is not satisfied by one source that limits beside one that does not", async () => {
    const both = (other: string) => ({
      ArnLike: { "aws:SourceArn": [arn.topic("t"), other] },
    });
    assert.deepEqual(
      await said(rule, admit({ Condition: { ...both("*"), StringEquals: account } })),
      [anyResource],
    );
    for (const other of [arn.bucket("b"), "arn:aws:s3:::123456789012", `my-${arn.topic("t")}`])
      assert.ok(
        (await said(rule, admit({ Condition: both(other) }))).includes(
          anyAccount("sns.amazonaws.com"),
        ),
      );
  });

  for (const account of ["1123456789012", "12345678901", "123456789012*", "*"])
    it(`does not take ${account} in an ARN for an account`, async () => {
      const source = `arn:aws:sns:eu-central-1:${account}:t`;
      const Condition = { ArnLike: { "aws:SourceArn": source } };
      assert.deepEqual(await said(rule, admit({ Condition })), [anyAccount("sns.amazonaws.com")]);
    });

  for (const value of ["*", "12345678901?", "1123456789012", "123456789012x"])
    it(`does not take ${value} for an account`, async () => {
      const Condition = {
        ArnEquals: { "aws:SourceArn": arn.bucket("b") },
        StringLike: { "aws:SourceAccount": value },
      };
      assert.deepEqual(await said(rule, admit({ Condition })), [anyAccount("sns.amazonaws.com")]);
    });

  it("is satisfied by one exact condition of two, since both have to be met", async () => {
    const Condition = {
      ArnEquals: { "aws:SourceArn": arn.topic("t") },
      StringLike: { "aws:SourceArn": "arn:*" },
    };
    assert.deepEqual(await said(rule, admit({ Condition })), []);
  });

  it("is not satisfied by operators that need not hold", async () => {
    const Condition = {
      ArnLikeIfExists: { "aws:SourceArn": arn.topic("t") },
      "ForAllValues:StringEquals": account,
    };
    assert.deepEqual(await said(rule, admit({ Condition })), [
      anyResource,
      anyAccount("sns.amazonaws.com"),
    ]);
    assert.equal((await said(rule, admit({ Principal: "*", Condition }))).length, 1);
  });

  it("asks nothing of a statement without a principal, which AWS refuses", async () => {
    assert.deepEqual(await said(rule, admit({ Principal: undefined, Condition: undefined })), []);
  });

  for (const key of ["xaws:SourceArn", "aws:SourceArns"])
    it(`takes nobody's word for who it is by ${key}`, async () => {
      const Condition = { StringEquals: { [key]: "a" } };
      assert.equal((await said(rule, admit({ Principal: "*", Condition }))).length, 1);
    });

  it("rejects a service without source, and a bucket without account", async () => {
    assert.deepEqual(await said(rule, admit({ Condition: undefined })), [
      anyResource,
      anyAccount("sns.amazonaws.com"),
    ]);
    const Condition = { ArnLike: { "aws:SourceArn": arn.bucket("b") } };
    const Principal = { Service: "s3.amazonaws.com" };
    assert.deepEqual(await said(rule, admit({ Principal, Condition })), [
      anyAccount("s3.amazonaws.com"),
    ]);
  });

  for (const [key, value] of [
    ["aws:SourceArn", "*"],
    ["aws:SourceArn", "arn:aws:sns:*:*:orders"],
    ["aws:SourceArn", "arn:aws:s3:::*"],
    ["aws:PrincipalArn", "arn:aws:iam::*:role/worker"],
    ["aws:PrincipalOrgID", "o-*"],
    ["aws:PrincipalAccount", "12345678901?"],
    ["AWS:SourceOwner", "*"],
    ["aws:SourceVpc", "vpc-*"],
  ] as const)
    it(`rejects everybody with ${key} ${value}, which strangers have as well`, async () => {
      const Condition = { StringLike: { [key]: value } };
      assert.deepEqual(await said(rule, admit({ Principal: "*", Condition })), [anybody]);
      const among = { StringLike: { [key]: ["123456789012", value] } };
      assert.deepEqual(await said(rule, admit({ Principal: "*", Condition: among })), [anybody]);
    });

  for (const [key, value] of [
    ["aws:SourceArn", "arn:aws:sns:*:123456789012:*"],
    ["aws:SourceArn", "arn:aws:s3:*:*:uploads"],
    ["aws:SourceOrgID", "o-a1b2c3d4e5"],
    ["aws:PrincipalAccount", "123456789012"],
    ["AWS:SourceOwner", "123456789012"],
    ["aws:SourceVpce", "vpce-0a1b2c3d4e5f60718"],
    ["kms:CallerAccount", "123456789012"],
  ] as const)
    it(`accepts everybody with ${key} ${value}`, async () => {
      const Condition = { StringLike: { [key]: value } };
      assert.deepEqual(await said(rule, admit({ Principal: "*", Condition })), []);
    });

  for (const Principal of ["*", { AWS: "*" }])
    it(`rejects ${JSON.stringify(Principal)} unless a condition tells who`, async () => {
      assert.deepEqual(await said(rule, admit({ Principal, Condition: undefined })), [anybody]);
      const Condition = { Bool: { "aws:SecureTransport": "true" } };
      assert.equal((await said(rule, admit({ Principal, Condition }))).length, 1);
      assert.deepEqual(await said(rule, admit({ Principal })), []);
    });

  it("accepts EventBridge in the policy of a key without a source, which it does not send to KMS", async () => {
    const used = ["kms:Decrypt", "kms:GenerateDataKey"];
    const policyOf = (type: string, service: string, Action: string | string[] = used) => ({
      type,
      inputs: {
        policy: document(
          send({
            Principal: { Service: service },
            Action,
            Resource: "*",
          }),
        ),
      },
    });
    for (const type of ["aws:kms/key:Key", "aws:kms/keyPolicy:KeyPolicy"]) {
      assert.deepEqual(await said(rule, policyOf(type, "events.amazonaws.com")), []);
      assert.equal((await said(rule, policyOf(type, "sns.amazonaws.com"))).length, 2);
    }
    assert.equal(
      (await said(rule, policyOf("aws:sqs/queue:Queue", "events.amazonaws.com", "sqs:SendMessage")))
        .length,
      2,
    );
    const topic = policyOf("aws:sns/topic:Topic", "events.amazonaws.com", "sns:Publish");
    assert.deepEqual(await said(rule, topic), []);
  });

  it("rejects a service that sends a source for one of several actions", async () => {
    const Principal = { Service: "events.amazonaws.com" };
    const Action = ["sns:Publish", "sqs:SendMessage"];
    assert.deepEqual(await said(rule, admit({ Principal, Action, Condition: undefined })), [
      anyResource.replace("sns.", "events."),
      anyAccount("events.amazonaws.com"),
    ]);
  });

  it("accepts a role by its ARN, and denies whom it likes", async () => {
    const Principal = { AWS: arn.role("worker") };
    assert.deepEqual(await said(rule, admit({ Principal, Condition: undefined })), []);
    assert.deepEqual(
      await said(rule, admit({ Effect: "Deny", Principal: "*", Condition: undefined })),
      [],
    );
  });
});
