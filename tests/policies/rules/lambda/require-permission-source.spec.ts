import * as assert from "node:assert/strict";
import { requirePermissionSource as rule } from "../../../../policies/rules/lambda/require-permission-source";
import { said, unknown, type Given } from "../../../support/policy";
import { arn, changed } from "../../given";

const permission: Given = {
  type: "aws:lambda/permission:Permission",
  inputs: {
    action: "lambda:InvokeFunction",
    function: "f",
    principal: "sns.amazonaws.com",
    sourceArn: arn.topic("t"),
  },
};
const anyResource =
  "it: Allows sns.amazonaws.com to invoke the function for any resource: set sourceArn.";

describe(rule.name, () => {
  it("accepts a service that acts for one resource, known or not yet", async () => {
    assert.deepEqual(await said(rule, permission), []);
    assert.deepEqual(await said(rule, changed(permission, { sourceArn: unknown })), []);
  });

  it("accepts the methods and stages of one API", async () => {
    for (const covered of ["a1b2/*/*", "a1b2/*", "a1b2/$default/GET/devices"]) {
      const sourceArn = `arn:aws:execute-api:eu-central-1:123456789012:${covered}`;
      assert.deepEqual(await said(rule, changed(permission, { sourceArn })), []);
    }
  });

  for (const sourceArn of [
    undefined,
    "*",
    "arn:aws:sns:eu-central-1:*:t",
    "arn:aws:sns:eu-central-1:123456789012:*",
    "arn:aws:sns:eu-central-1:123456789012:**",
    "arn:aws:sns:eu-central-1:123456789012:",
    "arn:aws:events:eu-central-1:123456789012:rule/*",
    "arn:aws:execute-api:eu-central-1:123456789012:*/$default/*",
    "arn:aws:execute-api:eu-central-1:123456789012:",
  ])
    it(`rejects the source ${sourceArn}`, async () => {
      assert.deepEqual(await said(rule, changed(permission, { sourceArn })), [anyResource]);
    });

  it("asks for the account where the ARN holds none", async () => {
    const bucket = changed(permission, {
      principal: "s3.amazonaws.com",
      sourceArn: arn.bucket("b"),
    });
    assert.deepEqual(await said(rule, bucket), [
      "it: Allows s3.amazonaws.com to invoke the function for any account: set sourceAccount.",
    ]);
    assert.deepEqual(await said(rule, changed(bucket, { sourceAccount: "123456789012" })), []);
  });

  it("names a principal that is not known yet", async () => {
    assert.deepEqual(await said(rule, changed(permission, { principal: unknown })), [
      "advisory it: Unverified: 'principal' of 'it' is not known before the update, and this rule depends on it.",
    ]);
  });

  it("rejects everybody, and accepts an account or a role", async () => {
    assert.deepEqual(await said(rule, changed(permission, { principal: "*" })), [
      "it: Allows any principal to invoke the function: specify the principal.",
    ]);
    const role = changed(permission, { principal: arn.role("r"), sourceArn: undefined });
    assert.deepEqual(await said(rule, role), []);
  });
});
