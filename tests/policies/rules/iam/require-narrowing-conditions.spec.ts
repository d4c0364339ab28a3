import * as assert from "node:assert/strict";
import { requireNarrowingConditions as rule } from "../../../../policies/rules/iam/require-narrowing-conditions";
import { said } from "../../../support/policy";
import { rolePolicy, send, type Statement } from "../../given";

const putMetrics = (changes: Statement = {}): Statement =>
  send({
    Action: "cloudwatch:PutMetricData",
    Resource: "*",
    Condition: { StringEquals: { "cloudwatch:namespace": "Orders" } },
    ...changes,
  });
const sentence =
  "it: Statement Send in policy allows cloudwatch:PutMetricData without a condition on cloudwatch:namespace: compare it with the namespace that is written to.";

describe(rule.name, () => {
  it("accepts metrics of one namespace", async () => {
    assert.deepEqual(await said(rule, rolePolicy(putMetrics())), []);
  });

  it("compares condition keys without regard to case", async () => {
    const Condition = { StringEquals: { "CloudWatch:Namespace": "Orders" } };
    assert.deepEqual(await said(rule, rolePolicy(putMetrics({ Condition }))), []);
  });

  it("rejects metrics of every namespace", async () => {
    assert.deepEqual(await said(rule, rolePolicy(putMetrics({ Condition: undefined }))), [
      sentence,
    ]);
  });

  for (const operator of ["StringNotEquals", "StringEqualsIfExists", "ForAllValues:StringEquals"])
    it(`is not satisfied by ${operator}`, async () => {
      const Condition = { [operator]: { "cloudwatch:namespace": "Orders" } };
      assert.deepEqual(await said(rule, rolePolicy(putMetrics({ Condition }))), [sentence]);
    });

  it("finds the action behind a wildcard", async () => {
    const given = rolePolicy(putMetrics({ Action: "cloudwatch:Put*", Condition: undefined }));
    assert.deepEqual(await said(rule, given), [sentence]);
  });

  for (const [action, key] of [
    ["lambda:CreateEventSourceMapping", "lambda:FunctionArn"],
    ["redshift-data:DescribeStatement", "redshift-data:statement-owner-iam-userid"],
    ["redshift-data:GetStatementResult", "redshift-data:statement-owner-iam-userid"],
    ["redshift-data:CancelStatement", "redshift-data:statement-owner-iam-userid"],
  ])
    it(`asks for ${key} with ${action}`, async () => {
      const [found = ""] = await said(rule, rolePolicy(send({ Action: action, Resource: "*" })));
      assert.ok(found.includes(`allows ${action} without a condition on ${key}: `), found);
    });

  it("accepts a denial without condition", async () => {
    const given = rolePolicy(putMetrics({ Effect: "Deny", Condition: undefined }));
    assert.deepEqual(await said(rule, given), []);
  });
});
