import * as assert from "node:assert/strict";
import { requireExactPassedRole as rule } from "../../../../policies/rules/iam/require-exact-passed-role";
import { said } from "../../../support/policy";
import { arn, rolePolicy, send, type Statement } from "../../given";

const pass = (changes: Statement = {}): Statement =>
  send({
    Sid: "Pass",
    Action: "iam:PassRole",
    Resource: arn.role("pipeline"),
    Condition: { StringEquals: { "iam:PassedToService": "sagemaker.amazonaws.com" } },
    ...changes,
  });
const anyService =
  "it: Statement Pass in policy passes a role to any service: add StringEquals on iam:PassedToService.";

describe(rule.name, () => {
  it("accepts one role, passed to one service", async () => {
    assert.deepEqual(await said(rule, rolePolicy(pass())), []);
  });

  for (const Resource of ["*", arn.role("*"), arn.role("pipeline-?")])
    it(`rejects ${Resource}`, async () => {
      assert.deepEqual(await said(rule, rolePolicy(pass({ Resource }))), [
        `it: Statement Pass in policy passes ${Resource}: specify the ARN of one role.`,
      ]);
    });

  for (const Condition of [
    undefined,
    { StringNotEquals: { "iam:PassedToService": "ec2.amazonaws.com" } },
    { StringEqualsIfExists: { "iam:PassedToService": "sagemaker.amazonaws.com" } },
    { StringLike: { "iam:PassedToService": "*.amazonaws.com" } },
    { StringEquals: { "aws:RequestedRegion": "eu-central-1" } },
    { StringLike: { "iam:PassedToService": ["sagemaker.amazonaws.com", "*.amazonaws.com"] } },
  ])
    it(`is not satisfied by the condition ${JSON.stringify(Condition)}`, async () => {
      assert.deepEqual(await said(rule, rolePolicy(pass({ Condition }))), [anyService]);
    });

  it("accepts a second condition beside it, and several services", async () => {
    const Condition = {
      StringEquals: {
        "aws:RequestedRegion": "eu-central-1",
        "iam:PassedToService": ["sagemaker.amazonaws.com", "states.amazonaws.com"],
      },
    };
    assert.deepEqual(await said(rule, rolePolicy(pass({ Condition }))), []);
  });

  it("is satisfied by one exact condition of two, since both have to be met", async () => {
    const exact = { "iam:PassedToService": "sagemaker.amazonaws.com" };
    const Condition = {
      StringLike: { "iam:PassedToService": "*.amazonaws.com" },
      StringEquals: exact,
    };
    assert.deepEqual(await said(rule, rolePolicy(pass({ Condition }))), []);
  });

  it("finds the action among others, and asks nothing of exceptions", async () => {
    const Action = ["sqs:SendMessage", "iam:PassRole"];
    assert.deepEqual(await said(rule, rolePolicy(pass({ Action, Condition: undefined }))), [
      anyService,
    ]);
    const odd = pass({ Action: undefined, NotAction: "sqs:SendMessage", Condition: undefined });
    assert.deepEqual(await said(rule, rolePolicy(odd)), []);
    const others = pass({ Resource: undefined, NotResource: "*" });
    assert.deepEqual(await said(rule, rolePolicy(others)), []);
  });

  it("finds the action behind a wildcard, and says nothing of other actions and of denials", async () => {
    assert.deepEqual(
      await said(rule, rolePolicy(pass({ Action: "iam:Pass*", Condition: undefined }))),
      [anyService],
    );
    assert.deepEqual(await said(rule, rolePolicy(send({ Resource: "*" }))), []);
    assert.deepEqual(await said(rule, rolePolicy(pass({ Effect: "Deny", Resource: "*" }))), []);
  });
});
