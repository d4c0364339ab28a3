import * as assert from "node:assert/strict";
import { watchedIn } from "../../../policies/monitoring/watched";
import { unknown, type Given } from "../../support/policy";
import { stackIn } from "../stack/stack-in";

const alarm = (inputs: Record<string, unknown>): Given => ({
  type: "aws:cloudwatch/metricAlarm:MetricAlarm",
  inputs,
});
const watched = async (...alarms: Given[]) =>
  watchedIn(await stackIn(...alarms)).map(({ namespace, metric, dimensions, byQuery }) => ({
    namespace,
    metric,
    dimensions,
    byQuery,
  }));
const query = (expression: string) => watched(alarm({ metricQueries: [{ id: "q", expression }] }));
const asked = (dimensions: Record<string, string>) => [
  { namespace: "AWS/IoT", metric: "Failure", dimensions, byQuery: true },
];

describe("The metrics that an alarm monitors", () => {
  const metric = { namespace: "AWS/SQS", metricName: "Sent", dimensions: { QueueName: "q" } };
  const one = {
    namespace: "AWS/SQS",
    metric: "Sent",
    dimensions: { QueueName: "q" },
    byQuery: false,
  };

  it("are one metric, or several in metric queries", async () => {
    assert.deepEqual(await watched(alarm(metric)), [one]);
    const metricQueries = [{ metric }, { expression: "m1 * 2" }, { metric }];
    assert.deepEqual(await watched(alarm({ ...metric, metricQueries })), [one, one, one]);
  });

  it("are none without a namespace or a metric name", async () => {
    assert.deepEqual(await watched(alarm({ ...metric, namespace: null })), []);
    assert.deepEqual(await watched(alarm({ ...metric, metricName: unknown })), []);
    assert.deepEqual(await watched(alarm({})), []);
  });

  it("have dimensions with unknown values, and no dimensions if all of them are unknown", async () => {
    assert.deepEqual(await watched(alarm({ ...metric, dimensions: { QueueName: unknown } })), [
      { ...one, dimensions: { QueueName: undefined } },
    ]);
    for (const dimensions of [unknown, null])
      assert.deepEqual(await watched(alarm({ ...metric, dimensions })), [
        { ...one, dimensions: {} },
      ]);
  });

  for (const expression of [
    `SELECT SUM(Failure) FROM SCHEMA("AWS/IoT", RuleName) WHERE RuleName = 'r'`,
    `  select  max( "Failure" )  from  schema( "AWS/IoT" , ActionType, RuleName )  where  "RuleName"  =  'r'  `,
    `SELECT SUM(Failure)\\nFROM "AWS/IoT"\\nWHERE RuleName='r'\\n`,
    `SELECT SUM(Failure) FROM SCHEMA("AWS/IoT",RuleName)\\nWHERE\\nRuleName = 'r'`,
  ])
    it(`are read from ${expression}`, async () => {
      assert.deepEqual(await query(expression.replaceAll("\\n", "\n")), asked({ RuleName: "r" }));
    });

  it("are read from a query with several dimensions, or with none", async () => {
    const from = `SELECT SUM(Failure) FROM SCHEMA("AWS/IoT", ActionType, RuleName)`;
    assert.deepEqual(
      await query(`${from} WHERE RuleName = 'a b' AND ActionType='' `),
      asked({ RuleName: "a b", ActionType: "" }),
    );
    assert.deepEqual(await query(from), asked({}));
    assert.deepEqual(await query(`SELECT SUM(Failure) FROM "AWS/IoT"`), asked({}));
  });

  for (const expression of [
    "",
    "m1 + m2",
    `SELECT Failure FROM "AWS/IoT"`,
    `SELECT SUM(Failure, 2) FROM "AWS/IoT"`,
    `SELECT SUM(Failure) FROM ""`,
    `SELECT SUM(Failure) FROM AWS/IoT`,
    `x SELECT SUM(Failure) FROM "AWS/IoT"`,
    `SELECT SUM(Failure) FROM "AWS/IoT" GROUP BY RuleName`,
    `SELECT SUM(Failure) FROM "AWS/IoT" WHERE NOT RuleName = 'r'`,
    `SELECT SUM(Failure) FROM "AWS/IoT" WHERE RuleName != 'r'`,
    `SELECT SUM(Failure) FROM "AWS/IoT" WHERE RuleName = 'r' OR ActionType = 'SQS'`,
    `SELECT SUM(Failure) FROM "AWS/IoT" WHERE RuleName = 'r' AND NOT ActionType = 'SQS'`,
    `SELECT SUM(Failure) FROM "AWS/IoT" WHERE RuleName = 'r' ANDActionType = 'SQS'`,
    `SELECT SUM(Failure) FROM "AWS/IoT" WHERE RuleName = 'r'AND ActionType = 'SQS'`,
    `SELECT SUM(Failure) FROM "AWS/IoT"WHERE RuleName = 'r'`,
    `SELECT SUM(Failure) FROM "AWS/IoT" WHERERuleName = 'r'`,
    `SELECT SUM(Failure) FROM SCHEMA("AWS/IoT", RuleName`,
    `SELECTSUM(Failure) FROM "AWS/IoT"`,
    `SELECT SUM(Failure)FROM "AWS/IoT"`,
    `SELECT SUM(Failure) FROM"AWS/IoT"`,
  ])
    it(`are not read from '${expression}'`, async () => {
      assert.deepEqual(await query(expression), []);
    });
});
