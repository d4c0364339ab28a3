import * as assert from "node:assert/strict";
import { forbidUnknownActions as rule } from "../../../../policies/rules/iam/forbid-unknown-actions";
import { said } from "../../../support/policy";
import { rolePolicy, send } from "../../given";

const named = (action: string, hint: string) =>
  `it: Statement Send in policy names ${action}, which does not exist${hint}.`;

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
    "apigateway:PostToConnection": ": use execute-api:ManageConnections",
    "dynamodb:ExecuteStatement": ": use dynamodb:PartiQLSelect and the other PartiQL actions",
    "dynamodb:TransactGetItems": ": use dynamodb:GetItem",
    "dynamodb:TransactWriteItems":
      ": use dynamodb:PutItem, UpdateItem, DeleteItem and ConditionCheckItem",
    "kinesis:PutRecordBatch": ": use firehose:PutRecordBatch",
    "lambda:Invoke": ": use lambda:InvokeFunction",
    "s3:CopyObject": ": use s3:GetObject and s3:PutObject",
    "s3:CreateMultipartUpload": ": use s3:PutObject",
    "s3:DeleteObjects": ": use s3:DeleteObject",
    "s3:HeadBucket": ": use s3:ListBucket",
    "s3:HeadObject": ": use s3:GetObject",
    "s3:ListObjects": ": use s3:ListBucket",
    "s3:ListObjectsV2": ": use s3:ListBucket",
    "s3:UploadPart": ": use s3:PutObject",
    "sns:PublishBatch": ": use sns:Publish",
    "sqs:ChangeMessageVisibilityBatch": ": use sqs:ChangeMessageVisibility",
    "sqs:DeleteMessageBatch": ": use sqs:DeleteMessage",
    "sqs:SendMessageBatch": ": use sqs:SendMessage",
    "timestream:Query": ": use timestream:Select",
    "eventbridge:PutEvents": ": use events:PutEvents",
    "iotdata:Publish": ": use iot:Publish",
    "iot-data:Publish": ": use iot:Publish",
    "location:GetPlace": ": use geo:GetPlace",
    "opensearch:ESHttpPut": ": use es:ESHttpPut",
    "sesv2:SendEmail": ": use ses:SendEmail",
    "stepfunctions:StartExecution": ": use states:StartExecution",
    "timestream-query:Select": ": use timestream:Select",
    "timestream-write:WriteRecords": ": use timestream:WriteRecords",
    sqs: "",
    "sqs:": "",
    toString: ", nor does the service",
    "sqs:Snd": "",
    "sqs:Snd*": "",
    "moon:Land": ", nor does the service",
    "": ", nor does the service",
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
