import * as assert from "node:assert/strict";
import { forbidEmptyRecovery as rule } from "../../../../policies/rules/cloudwatch/forbid-empty-recovery";
import { said, unknown } from "../../../support/policy";
import { alarmOn, alarmOnMath, alarmOnQuery } from "../../alarms";
import { arn, changed } from "../../given";

const okActions = [arn.topic("alarms")];
const errors = alarmOn("AWS/Lambda", "Errors", { FunctionName: "f" }, { statistic: "Sum" });
const age = alarmOn(
  "AWS/SQS",
  "ApproximateAgeOfOldestMessage",
  { QueueName: "q" },
  { statistic: "Maximum" },
);
const refused = ["alarm: Notifies of recovery one period after each failure: remove okActions."];

describe(rule.name, () => {
  it("accepts an alarm without OK actions", async () => {
    for (const none of [undefined, []])
      assert.deepEqual(await said(rule, changed(errors, { okActions: none })), []);
  });

  it("rejects OK actions of an alarm on a sum, known or not", async () => {
    assert.deepEqual(await said(rule, changed(errors, { okActions })), refused);
    assert.deepEqual(await said(rule, changed(errors, { okActions: [unknown] })), refused);
    assert.deepEqual(await said(rule, changed(errors, { okActions: unknown })), refused);
  });

  it("rejects OK actions of an alarm on the number of values", async () => {
    const count = changed(errors, { okActions, statistic: "SampleCount" });
    assert.deepEqual(await said(rule, count), refused);
  });

  it("accepts OK actions of an alarm that a count falls below", async () => {
    for (const comparisonOperator of ["LessThanThreshold", "LessThanOrEqualToThreshold"])
      assert.deepEqual(await said(rule, changed(errors, { okActions, comparisonOperator })), []);
    const above = { okActions, comparisonOperator: "GreaterThanOrEqualToThreshold" };
    assert.deepEqual(await said(rule, changed(errors, above)), refused);
    const none = { okActions, comparisonOperator: undefined };
    assert.deepEqual(await said(rule, changed(errors, none)), refused);
  });

  it("is unverified of a count while the comparison is not known", async () => {
    const either = { okActions, comparisonOperator: unknown };
    assert.deepEqual(await said(rule, changed(errors, either)), [
      "advisory alarm: Unverified: 'comparisonOperator' of 'alarm' is not known before the update, and this rule depends on it.",
    ]);
    assert.deepEqual(await said(rule, changed(age, either)), []);
  });

  it("rejects OK actions of an alarm on a query of a sum or a count", async () => {
    for (const of of ["SUM", "sum", "COUNT", "  SUM "]) {
      const query = alarmOnQuery(` SELECT ${of}(Failure) FROM "AWS/IoT"`);
      assert.deepEqual(await said(rule, query), []);
      assert.deepEqual(await said(rule, changed(query, { okActions })), refused);
    }
  });

  it("rejects OK actions of an alarm on a sum among its queries, but not of one on an expression over it", async () => {
    const metric = (stat: string) => ({
      ...{ namespace: "AWS/Lambda", metricName: "Errors", dimensions: { FunctionName: "f" } },
      ...{ stat, period: 60 },
    });
    const on = (...metricQueries: object[]) =>
      changed(alarmOnQuery(""), { okActions, metricQueries });
    const returnData = true;
    assert.deepEqual(await said(rule, on({ id: "m", metric: metric("Sum"), returnData })), refused);
    assert.deepEqual(await said(rule, on({ id: "m", metric: metric("Maximum"), returnData })), []);
    const count = { id: "m", metric: metric("SampleCount"), returnData };
    assert.deepEqual(await said(rule, on(count)), refused);
    const part = { id: "m", metric: metric("Sum"), returnData: false };
    assert.deepEqual(await said(rule, on(part, { id: "e", expression: "m > 9", returnData })), []);
  });

  it("accepts OK actions of an alarm on a condition that lasts", async () => {
    for (const alarm of [
      age,
      alarmOnQuery(`SELECT MAX(Age) FROM "AWS/SQS"`),
      alarmOnQuery("m1 + m2"),
      alarmOnQuery(`SELECT MAX(Age) FROM "SELECT SUM(Age)"`),
      alarmOnMath("m1", ["AWS/SQS", "ApproximateAgeOfOldestMessage", { QueueName: "q" }]),
    ])
      assert.deepEqual(await said(rule, changed(alarm, { okActions })), []);
  });
});
