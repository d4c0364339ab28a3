import * as assert from "node:assert/strict";
import { forbidUnknownActions as rule } from "../../../../policies/rules/iam/forbid-unknown-actions";
import { said } from "../../../support/policy";
import { rolePolicy, send } from "../../given";

const named = (action: string, hint: string) =>
  `it: Statement Send in policy names ${action}, which AWS does not list${hint}.`;

describe(rule.name, () => {
  it("accepts SNS:Receive, which AWS's guides write and its reference does not list", async () => {
    for (const Action of ["SNS:Receive", "sns:Receive"])
      assert.deepEqual(await said(rule, rolePolicy(send({ Action }))), []);
    assert.equal((await said(rule, rolePolicy(send({ Action: "sns:Receives" })))).length, 1);
  });

  it("accepts actions that AWS lists, in any case, and wildcards that stand for some", async () => {
    const Action = ["sqs:SendMessage", "SQS:receivemessage", "sqs:Get*", "*"];
    assert.deepEqual(await said(rule, rolePolicy(send({ Action }))), []);
  });

  for (const [action, hint] of Object.entries({
    "apigateway:PostToConnection": ": write execute-api:ManageConnections",
    "dynamodb:ExecuteStatement": ": write dynamodb:PartiQLSelect and its like",
    "dynamodb:TransactGetItems": ": write dynamodb:GetItem",
    "dynamodb:TransactWriteItems":
      ": write dynamodb:PutItem, UpdateItem, DeleteItem and ConditionCheckItem",
    "kinesis:PutRecordBatch": ": write firehose:PutRecordBatch",
    "lambda:Invoke": ": write lambda:InvokeFunction",
    "s3:CopyObject": ": write s3:GetObject and s3:PutObject",
    "s3:CreateMultipartUpload": ": write s3:PutObject",
    "s3:DeleteObjects": ": write s3:DeleteObject",
    "s3:HeadBucket": ": write s3:ListBucket",
    "s3:HeadObject": ": write s3:GetObject",
    "s3:ListObjects": ": write s3:ListBucket",
    "s3:ListObjectsV2": ": write s3:ListBucket",
    "s3:UploadPart": ": write s3:PutObject",
    "sns:PublishBatch": ": write sns:Publish",
    "sqs:ChangeMessageVisibilityBatch": ": write sqs:ChangeMessageVisibility",
    "sqs:DeleteMessageBatch": ": write sqs:DeleteMessage",
    "sqs:SendMessageBatch": ": write sqs:SendMessage",
    "timestream:Query": ": write timestream:Select",
    "eventbridge:PutEvents": ": write events:PutEvents",
    "iotdata:Publish": ": write iot:Publish",
    "iot-data:Publish": ": write iot:Publish",
    "location:GetPlace": ": write geo:GetPlace",
    "opensearch:ESHttpPut": ": write es:ESHttpPut",
    "sesv2:SendEmail": ": write ses:SendEmail",
    "stepfunctions:StartExecution": ": write states:StartExecution",
    "timestream-query:Select": ": write timestream:Select",
    "timestream-write:WriteRecords": ": write timestream:WriteRecords",
    sqs: "",
    "sqs:": "",
    toString: ", nor a service of that name",
    "sqs:Snd": "",
    "sqs:Snd*": "",
    "moon:Land": ", nor a service of that name",
    "": ", nor a service of that name",
  }))
    it(`rejects '${action}'`, async () => {
      assert.deepEqual(await said(rule, rolePolicy(send({ Action: action }))), [
        named(action, hint),
      ]);
    });

  it("rejects one in a denial and in a NotAction too, where it protects nothing", async () => {
    assert.deepEqual(await said(rule, rolePolicy(send({ Effect: "Deny", Action: "sqs:Snd" }))), [
      named("sqs:Snd", ""),
    ]);
    assert.deepEqual(
      await said(rule, rolePolicy(send({ Action: undefined, NotAction: "sqs:Snd" }))),
      [named("sqs:Snd", "")],
    );
  });
});
