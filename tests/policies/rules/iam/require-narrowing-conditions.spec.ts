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
  "it: Statement Send in policy allows cloudwatch:PutMetricData without a condition on cloudwatch:namespace: restrict the key to the namespace that is written to.";

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

  it("accepts a family of namespaces, and rejects a pattern that leaves none out", async () => {
    const like = (namespace: unknown) =>
      rolePolicy(putMetrics({ Condition: { StringLike: { "cloudwatch:namespace": namespace } } }));
    assert.deepEqual(await said(rule, like("Orders/*")), []);
    assert.deepEqual(await said(rule, like(["Orders", "*"])), [sentence]);
  });

  it("finds the action behind a wildcard", async () => {
    const given = rolePolicy(putMetrics({ Action: "cloudwatch:Put*", Condition: undefined }));
    assert.deepEqual(await said(rule, given), [sentence]);
  });

  const owner = "redshift-data:statement-owner-iam-userid";
  const himself = "${aws:userid}, so that each session sees its own statements only";
  for (const [action, key, value] of [
    ["lambda:CreateEventSourceMapping", "lambda:FunctionArn", "the function that is mapped"],
    ["redshift-data:DescribeStatement", owner, himself],
    ["redshift-data:GetStatementResult", owner, himself],
    ["redshift-data:CancelStatement", owner, himself],
  ] as const)
    it(`requires ${key} with ${action}, among other actions`, async () => {
      const Action = ["sqs:SendMessage", action];
      assert.deepEqual(await said(rule, rolePolicy(send({ Action, Resource: "*" }))), [
        `it: Statement Send in policy allows ${action} without a condition on ${key}: restrict the key to ${value}.`,
      ]);
    });

  it("asks nothing of a statement by exceptions, which another rule forbids", async () => {
    const odd = send({ Action: undefined, NotAction: "sqs:SendMessage", Resource: "*" });
    assert.deepEqual(await said(rule, rolePolicy(odd)), []);
  });

  it("accepts a denial without condition", async () => {
    const given = rolePolicy(putMetrics({ Effect: "Deny", Condition: undefined }));
    assert.deepEqual(await said(rule, given), []);
  });
});
