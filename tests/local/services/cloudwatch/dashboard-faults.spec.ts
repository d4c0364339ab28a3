import * as assert from "node:assert/strict";
import { dashboardFaults } from "../../../../local/services/cloudwatch/dashboard-faults";

const metric = ["AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName", "work"];
const alarm = "arn:aws:cloudwatch:eu-central-1:123456789012:alarm:late";
const graph = (properties: object = {}, place: object = {}) => ({
  ...{ type: "metric", x: 0, y: 0, width: 8, height: 6, ...place },
  properties: { region: "eu-central-1", metrics: [metric], ...properties },
});
const faults = (...widgets: unknown[]) => dashboardFaults(JSON.stringify({ widgets }));
const many = (count: number): unknown[] => Array.from({ length: count }, () => metric);

describe("what CloudWatch refuses in a dashboard", () => {
  it("is nothing of a valid one", () => {
    const widgets = [
      graph(),
      graph({ metrics: [[...metric, { stat: "Sum", region: "us-east-1" }]] }, { x: 16 }),
      graph({ metrics: [[{ expression: "SUM(METRICS())" }]] }),
      { type: "metric", properties: graph().properties },
      { type: "text", width: 24, height: 1, properties: { markdown: "# a" } },
      { type: "alarm", properties: { alarms: [alarm] } },
    ];
    assert.deepEqual(faults(...widgets), []);
  });

  for (const [what, widget, fault] of [
    [
      "an unknown type",
      { type: "chart" },
      "has none of the types alarm, explorer, log, metric, text",
    ],
    ["a width beyond the grid", graph({}, { width: 25 }), "has no width of 1 to 24"],
    ["a height of nothing", graph({}, { height: 0 }), "has no height of 1 to 1000"],
    [
      "a place without a row",
      graph({}, { y: undefined }),
      "has no x of 0 to 23 with a y of 0 or more",
    ],
    ["a place that leaves the grid", graph({}, { x: 20 }), "ends beyond column 24"],
    ["no region", graph({ region: undefined }), "has no region"],
    ["something else as region", graph({ region: "Frankfurt" }), "has no region"],
    [
      "an unknown view",
      graph({ view: "map" }),
      "has none of the views timeSeries, singleValue, gauge, bar, pie, table",
    ],
    ["no metric", graph({ metrics: [] }), "has no 1 to 500 metrics"],
    ["too many metrics", graph({ metrics: many(501) }), "has no 1 to 500 metrics"],
    [
      "a dimension without a value",
      graph({ metrics: [["AWS/SQS", "Age", "QueueName"]] }),
      'has the metric ["AWS/SQS","Age","QueueName"], which is no namespace, name and pairs of dimensions',
    ],
    [
      "a metric in no region",
      graph({ metrics: [["AWS/SQS", "Age", { region: "x" }]] }),
      'has the metric ["AWS/SQS","Age",{"region":"x"}] in no region',
    ],
    ["a text without text", { type: "text", properties: {} }, "has no markdown"],
    ["no alarm", { type: "alarm", properties: { alarms: [] } }, "has no 1 to 100 alarms"],
    [
      "too many alarms",
      { type: "alarm", properties: { alarms: Array(101).fill(alarm) } },
      "has no 1 to 100 alarms",
    ],
    [
      "the name of an alarm",
      { type: "alarm", properties: { alarms: ["late"] } },
      "has the alarm late, no ARN",
    ],
  ] as const)
    it(`is ${what}`, () => assert.deepEqual(faults(widget), [`has widget 1, which ${fault}`]));

  it("is more than 500 widgets or 2,500 metrics", () => {
    assert.deepEqual(faults(...Array.from({ length: 501 }, () => graph())), [
      "has 501 widgets, more than 500",
    ]);
    const graphs = Array.from({ length: 6 }, () => graph({ metrics: many(417) }));
    assert.deepEqual(faults(...graphs), ["has 2502 metrics, more than 2500"]);
  });

  it("is a body without widgets", () => {
    for (const body of ["no JSON", "[]", "{}", '{"widgets":{}}'])
      assert.deepEqual(dashboardFaults(body), [
        "has a body that is not a JSON object with a list of widgets",
      ]);
  });
});
