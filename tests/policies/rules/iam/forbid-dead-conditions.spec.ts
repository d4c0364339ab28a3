import * as assert from "node:assert/strict";
import { forbidDeadConditions as rule } from "../../../../policies/rules/iam/forbid-dead-conditions";
import { said } from "../../../support/policy";
import { arn, role, rolePolicy, send, trust } from "../../given";

const source = { ArnEquals: { "lambda:SourceFunctionArn": arn.function("worker") } };

describe(rule.name, () => {
  it("accepts a condition that the request can meet", async () => {
    const Condition = { StringEquals: { "aws:ResourceTag/team": "a" } };
    assert.deepEqual(await said(rule, rolePolicy(send({ Condition }))), []);
  });

  it("accepts the source function for what the function's code calls", async () => {
    assert.deepEqual(await said(rule, rolePolicy(send({ Condition: source }))), []);
  });

  it("leaves the keys of others alone, for whatever Lambda does beforehand", async () => {
    const Condition = { StringEquals: { "aws:ResourceTag/team": "a" } };
    const polling = send({ Action: "sqs:ReceiveMessage", Condition });
    assert.deepEqual(await said(rule, rolePolicy(polling)), []);
    const odd = send({ Action: undefined, NotAction: "sqs:ReceiveMessage", Condition: source });
    assert.deepEqual(await said(rule, rolePolicy(odd)), []);
  });

  for (const action of [
    "sqs:ReceiveMessage",
    "sqs:DeleteMessage",
    "sqs:GetQueueAttributes",
    "sqs:ChangeMessageVisibility",
    "kinesis:GetRecords",
    "kinesis:GetShardIterator",
    "kinesis:DescribeStream",
    "kinesis:DescribeStreamSummary",
    "kinesis:ListShards",
    "kinesis:SubscribeToShard",
    "dynamodb:GetRecords",
    "dynamodb:GetShardIterator",
    "dynamodb:DescribeStream",
    "ec2:CreateNetworkInterface",
    "ec2:DeleteNetworkInterface",
  ])
    it(`rejects the source function for ${action}, which Lambda calls before the function runs`, async () => {
      assert.deepEqual(await said(rule, rolePolicy(send({ Action: action, Condition: source }))), [
        `it: Statement Send in policy requires lambda:SourceFunctionArn, which Lambda does not send with ${action}, because the function is not running yet: remove the condition.`,
      ]);
    });

  for (const key of ["aws:SourceArn", "aws:SourceAccount", "aws:SourceOrgID", "AWS:sourcearn"])
    it(`rejects ${key} in a role's permissions`, async () => {
      const Condition = { StringLike: { [key]: "x" } };
      assert.deepEqual(await said(rule, rolePolicy(send({ Condition }))), [
        `it: Statement Send in policy requires ${key}, which AWS sends only for service principals: remove the condition.`,
      ]);
    });

  it("accepts the same keys where they are sent, where they may be missing, and in denials", async () => {
    assert.deepEqual(await said(rule, role(trust())), []);
    const Condition = { ArnLikeIfExists: { "aws:SourceArn": "x" } };
    assert.deepEqual(await said(rule, rolePolicy(send({ Condition }))), []);
    const denial = send({
      Effect: "Deny",
      Action: "ec2:CreateNetworkInterface",
      Condition: source,
    });
    assert.deepEqual(await said(rule, rolePolicy(denial)), []);
  });
});
