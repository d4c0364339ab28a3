import * as assert from "node:assert/strict";
import { requireTrustConditions as rule } from "../../../../policies/rules/iam/require-trust-conditions";
import { said } from "../../../support/policy";
import { arn, role, trust } from "../../given";

const page = "https://docs.aws.amazon.com/iot/latest/developerguide/iot-create-role.html";
const anyAccount = `it: Statement 1 allows iot.amazonaws.com to assume the role for any account: require aws:SourceAccount (${page}).`;
const anyResource = `it: Statement 1 allows iot.amazonaws.com to assume the role for any resource: require aws:SourceArn (${page}).`;
const account = { "aws:SourceAccount": "123456789012" };
const source = { "aws:SourceArn": arn.rule("ingest") };
const conditioned = (Condition?: object) => role(trust({ Condition }));

describe(rule.name, () => {
  it("accepts a service that acts for one account and one source", async () => {
    assert.deepEqual(await said(rule, role(trust())), []);
  });

  it("rejects one that acts for anybody", async () => {
    assert.deepEqual(await said(rule, conditioned()), [anyAccount, anyResource]);
  });

  it("asks for each key by itself", async () => {
    assert.deepEqual(await said(rule, conditioned({ ArnLike: source })), [anyAccount]);
    assert.deepEqual(await said(rule, conditioned({ StringEquals: account })), [anyResource]);
  });

  it("accepts the keys in any case, in one operator, and a pattern of sources in one account", async () => {
    const Condition = {
      StringLike: {
        "AWS:sourceaccount": "123456789012",
        "aws:SourceArn": "arn:aws:iot:eu-central-1:123456789012:rule/orders_*",
      },
    };
    assert.deepEqual(await said(rule, conditioned(Condition)), []);
  });

  for (const value of ["*", "12345678901?", "", "1123456789012", "123456789012x"])
    it(`is not satisfied by the account '${value}'`, async () => {
      const Condition = { StringLike: { "aws:SourceAccount": value }, ArnLike: source };
      assert.deepEqual(await said(rule, conditioned(Condition)), [anyAccount]);
    });

  for (const value of [
    "*",
    "arn:aws:iot:*:*:rule/ingest",
    "arn:aws:*:*:123456789012:*",
    "rule/a",
    "my-arn:aws:iot:eu-central-1:123456789012:rule/a",
    "arn:aws:iot:eu-central-1:x123456789012:rule/a",
    "arn:aws:iot:eu-central-1:123456789012*:rule/a",
  ])
    it(`is not satisfied by the source ${value}`, async () => {
      const Condition = { StringEquals: account, ArnLike: { "aws:SourceArn": value } };
      assert.deepEqual(await said(rule, conditioned(Condition)), [anyResource]);
    });

  it("is not satisfied by one value that limits beside one that does not", async () => {
    const values = { "aws:SourceArn": [arn.rule("ingest"), "*"] };
    const Condition = { StringEquals: account, ArnLike: values };
    assert.deepEqual(await said(rule, conditioned(Condition)), [anyResource]);
  });

  for (const operator of ["StringEqualsIfExists", "StringNotEquals", "ForAllValues:StringEquals"])
    it(`is not satisfied by ${operator}`, async () => {
      assert.deepEqual(await said(rule, conditioned({ [operator]: account, ArnLike: source })), [
        anyAccount,
      ]);
    });

  it("looks at each statement, since one without conditions undoes its sibling's", async () => {
    const given = role(trust(), trust({ Sid: "Also", Condition: undefined }));
    assert.deepEqual(await said(rule, given), [
      anyAccount.replace("Statement 1", "Statement Also"),
      anyResource.replace("Statement 1", "Statement Also"),
    ]);
  });

  it("asks for the account's id as external ID of Firehose", async () => {
    const Principal = { Service: "firehose.amazonaws.com" };
    const trusting = (Condition: object | undefined) =>
      said(rule, role(trust({ Principal, Condition })));
    assert.deepEqual(await trusting({ StringEquals: { "sts:ExternalId": "123456789012" } }), []);
    for (const Condition of [
      undefined,
      ...["*", "1123456789012", "123456789012x"].map((id) => ({
        StringLike: { "sts:ExternalId": id },
      })),
    ])
      assert.deepEqual(await trusting(Condition), [
        "it: Statement 1 allows firehose.amazonaws.com to assume the role for any account: require sts:ExternalId (https://docs.aws.amazon.com/firehose/latest/dev/controlling-access.html).",
      ]);
  });

  it("asks nothing of Lambda, which documents neither key", async () => {
    const Principal = { Service: "lambda.amazonaws.com" };
    assert.deepEqual(await said(rule, role(trust({ Principal, Condition: undefined }))), []);
  });

  it("asks each of several services by itself", async () => {
    const Principal = { Service: ["lambda.amazonaws.com", "iot.amazonaws.com"] };
    assert.deepEqual(await said(rule, role(trust({ Principal, Condition: { ArnLike: source } }))), [
      anyAccount,
    ]);
  });

  for (const Service of ["moon.amazonaws.com", "constructor"])
    it(`says that it does not know what ${Service} sends`, async () => {
      assert.deepEqual(await said(rule, role(trust({ Principal: { Service } }))), [
        `advisory it: Unverified: Statement 1 trusts ${Service}, for which iam/sent-keys.ts does not list the condition keys that the service sends.`,
      ]);
    });

  it("rejects everybody and looks at a service beside it too", async () => {
    const Principal = { AWS: "*", Service: "iot.amazonaws.com" };
    assert.deepEqual(await said(rule, role(trust({ Principal, Condition: { ArnLike: source } }))), [
      "it: Statement 1 allows any principal to assume the role: specify the principal.",
      anyAccount,
    ]);
  });

  for (const Principal of ["*", { AWS: "*" }])
    it(`rejects ${JSON.stringify(Principal)}, whatever the conditions`, async () => {
      assert.deepEqual(await said(rule, role(trust({ Principal }))), [
        "it: Statement 1 allows any principal to assume the role: specify the principal.",
      ]);
    });

  it("asks nothing of a statement without a principal, which AWS refuses", async () => {
    assert.deepEqual(await said(rule, role(trust({ Principal: undefined }))), []);
  });

  it("accepts a role that another role assumes, and a denial", async () => {
    const Principal = { AWS: arn.role("operator") };
    assert.deepEqual(await said(rule, role(trust({ Principal, Condition: undefined }))), []);
    const denial = trust({ Effect: "Deny", Condition: undefined });
    assert.deepEqual(await said(rule, role(trust(), denial)), []);
  });
});
