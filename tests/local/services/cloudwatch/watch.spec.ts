import * as assert from "node:assert/strict";
import { watchOf, type MetricAlarmInputs } from "../../../../local/services/cloudwatch/watch";

const common = {
  name: "a",
  comparisonOperator: "GreaterThanThreshold",
  threshold: 0,
  evaluationPeriods: 1,
  treatMissingData: "notBreaching",
};
const depth: MetricAlarmInputs = {
  ...common,
  namespace: "AWS/SQS",
  metricName: "ApproximateNumberOfMessagesVisible",
  dimensions: { QueueName: "q" },
  statistic: "Maximum",
  period: 300,
};
const query = (expression: string): MetricAlarmInputs => ({
  ...common,
  metricQueries: [{ id: "q1", expression, period: 60, returnData: true }],
});

describe("the metric of an alarm", () => {
  it("is one metric with its dimensions", () =>
    assert.deepEqual(watchOf(depth), {
      kind: "metric",
      namespace: "AWS/SQS",
      metricName: "ApproximateNumberOfMessagesVisible",
      dimensions: { QueueName: "q" },
      statistic: "Maximum",
      seconds: 300,
    }));

  it("is the sum over all actions of a rule", () =>
    assert.deepEqual(
      watchOf(
        query(
          `SELECT SUM(Failure) FROM SCHEMA("AWS/IoT", ActionType, RuleName) WHERE RuleName = 'r_1'`,
        ),
      ),
      { kind: "rule", rule: "r_1", metricName: "Failure", seconds: 60 },
    ));

  const metric = (metricName: string, more: object = {}) => ({
    namespace: "AWS/SQS",
    metricName,
    dimensions: { QueueName: "q" },
    stat: "Average",
    period: 60,
    ...more,
  });
  const visible = "ApproximateNumberOfMessagesVisible";
  const math = (
    ...metricQueries: MetricAlarmInputs["metricQueries"] & object
  ): MetricAlarmInputs => ({
    ...common,
    metricQueries,
  });

  it("is metric math over metrics of one period", () => {
    const watch = watchOf(
      math(
        { id: "m1", metric: metric(visible), returnData: false },
        { id: "twice", expression: "m1 * 2", returnData: false },
        { id: "e", expression: "DIFF(twice)", returnData: true },
      ),
    );
    assert.equal(watch.kind, "math");
    assert.ok(watch.kind === "math");
    assert.deepEqual(
      [...watch.metrics],
      [
        [
          "m1",
          {
            kind: "metric",
            namespace: "AWS/SQS",
            metricName: visible,
            dimensions: { QueueName: "q" },
            statistic: "Average",
            seconds: 60,
          },
        ],
      ],
    );
    assert.deepEqual(
      [...watch.steps].map(([id, { text }]) => [id, text]),
      [
        ["twice", "m1 * 2"],
        ["e", "DIFF(twice)"],
      ],
    );
    assert.deepEqual([watch.metricName, watch.seconds], ["DIFF(twice)", 60]);
  });

  const rows: [what: string, inputs: MetricAlarmInputs, reason: string][] = [
    [
      "a metric that is not reported",
      { ...depth, namespace: "AWS/Lambda", metricName: "DeadLetterErrors" },
      "Alarms on AWS/Lambda DeadLetterErrors do not fire here: nothing reports that metric.",
    ],
    [
      "a metric of what cannot happen here",
      { ...depth, namespace: "AWS/Events", metricName: "ThrottledRules" },
      "Alarms on AWS/Events ThrottledRules do not fire here: no quota limits how often targets are invoked.",
    ],
    [
      "an unknown namespace",
      { ...depth, namespace: "AWS/States" },
      "Alarms on AWS/States ApproximateNumberOfMessagesVisible do not fire here: nothing reports that metric.",
    ],
    [
      "metric math that is not evaluated",
      math(
        { id: "m1", metric: metric(visible) },
        { id: "e", expression: "RATE(m1)", returnData: true },
      ),
      "Alarm a does not fire here: 'RATE' is not evaluated here; use arithmetic, DIFF, FILL, IF or MAX.",
    ],
    [
      "metric math over a metric that is not reported",
      math(
        { id: "m1", metric: metric("NumberOfEmptyReceives") },
        { id: "e", expression: "DIFF(m1)", returnData: true },
      ),
      "Alarms on AWS/SQS NumberOfEmptyReceives do not fire here: nothing reports that metric.",
    ],
    [
      "metric math over several periods",
      math(
        { id: "m1", metric: metric(visible) },
        { id: "m2", metric: metric(visible, { period: 300 }) },
        { id: "e", expression: "m1 + m2", returnData: true },
      ),
      "Alarm a does not fire here: only an expression over metrics of one period is evaluated.",
    ],
    [
      "another query",
      query(`SELECT AVG(Failure) FROM "AWS/IoT"`),
      "Alarm a does not fire here: its query is not evaluated.",
    ],
    [
      "another comparison",
      { ...depth, comparisonOperator: "LessThanThreshold" },
      "Alarm a does not fire here: only one period above a threshold is evaluated.",
    ],
    [
      "several periods",
      { ...depth, evaluationPeriods: 2 },
      "Alarm a does not fire here: only one period above a threshold is evaluated.",
    ],
    [
      "missing data that breaches",
      { ...depth, treatMissingData: "breaching" },
      "Alarm a does not fire here: only missing data that is not breaching is.",
    ],
    [
      "another statistic",
      { ...depth, statistic: "Minimum" },
      "Alarm a does not fire here: only sums, maxima and averages are evaluated.",
    ],
  ];
  for (const [what, inputs, reason] of rows)
    it(`is nothing for ${what}`, () =>
      assert.deepEqual(watchOf(inputs), { kind: "nothing", reason }));
});
