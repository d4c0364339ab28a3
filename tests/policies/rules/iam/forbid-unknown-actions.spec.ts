import * as assert from "node:assert/strict";
import { forbidUnknownActions as rule } from "../../../../policies/rules/iam/forbid-unknown-actions";
import { said } from "../../../support/policy";
import { rolePolicy, send } from "../../given";

const named = (action: string, hint: string) =>
  `it: Statement Send in policy names ${action}, which AWS does not list${hint}.`;

describe(rule.name, () => {
  it("accepts actions that AWS lists, in any case, and wildcards that stand for some", async () => {
    const Action = ["sqs:SendMessage", "SQS:receivemessage", "sqs:Get*", "*"];
    assert.deepEqual(await said(rule, rolePolicy(send({ Action }))), []);
  });

  for (const [action, hint] of Object.entries({
    "sqs:SendMessageBatch": ": write sqs:SendMessage",
    "sns:PublishBatch": ": write sns:Publish",
    "s3:HeadObject": ": write s3:GetObject",
    "lambda:Invoke": ": write lambda:InvokeFunction",
    "iotdata:Publish": ": write iot:Publish",
    "stepfunctions:StartExecution": ": write states:StartExecution",
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
