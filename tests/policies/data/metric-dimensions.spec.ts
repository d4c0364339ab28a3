import * as assert from "node:assert/strict";
import { metricDimensions, metricsByProtocol } from "../../../policies/data/metric-dimensions";
import { metricNames, otherNamespaces } from "../../../policies/data/metric-names";
import { kindOf } from "../../../policies/stack/names";
import { repeatedIn } from "./repeated-in";

/** The namespace of the functions of this project, in which AWS emits nothing. */
const own = "IotIntegrations";

/** The resources by which AWS's services emit metrics. */
const kinds = [
  "aws:cloudwatch/eventBus:EventBus",
  "aws:cloudwatch/eventRule:EventRule",
  "aws:dynamodb/table:Table",
  "aws:iot/topicRule:TopicRule",
  "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream",
  "aws:kinesis/stream:Stream",
  "aws:lambda/function:Function",
  "aws:pipes/pipe:Pipe",
  "aws:sfn/stateMachine:StateMachine",
  "aws:sns/topic:Topic",
  "aws:sqs/queue:Queue",
].map(kindOf);

const namespaces = [...new Set(metricDimensions.map(({ namespace }) => namespace))];
const known = [...Object.keys(metricNames), ...otherNamespaces.split(" ")];

/** A set of dimensions in one order. */
const written = (set: object): string => JSON.stringify(Object.entries(set).sort());

describe("The table of dimensions", () => {
  it("has namespaces of AWS's services, and that of this project's functions", () => {
    assert.deepEqual(
      namespaces.filter((namespace) => !known.includes(namespace)),
      [own],
    );
  });

  it("has dimensions for every namespace whose metrics are listed", () => {
    assert.deepEqual(
      Object.keys(metricNames).filter((namespace) => !namespaces.includes(namespace)),
      [],
    );
  });

  for (const namespace of namespaces) {
    const rows = metricDimensions.filter((row) => row.namespace === namespace);
    const named = rows.flatMap(({ metrics = [] }) => metrics);
    const listed = metricNames[namespace]?.metrics.split(" ");
    const sets = rows.flatMap((row) => row.sets);

    it(`has metrics of ${namespace} that its namespace contains, each in one row`, () => {
      assert.deepEqual(repeatedIn(named), []);
      assert.deepEqual(
        named.filter((metric) => !/^[A-Za-z0-9][A-Za-z0-9._]{1,254}$/.test(metric)),
        [],
      );
      assert.deepEqual(
        named.filter((metric) => listed?.includes(metric) === false),
        [],
      );
    });

    it(`has at most one row for the other metrics of ${namespace}, and no row without metrics`, () => {
      assert.ok(rows.filter(({ metrics }) => !metrics).length <= 1);
      for (const { metrics } of rows) assert.notEqual(metrics?.length, 0);
    });

    it(`has sets for every row of ${namespace}, each set once`, () => {
      for (const row of rows) {
        assert.notEqual(row.sets.length, 0);
        assert.deepEqual(repeatedIn(row.sets.map(written)), []);
      }
    });

    it(`has no empty set for all metrics of ${namespace}: only named metrics are emitted for a whole account`, () => {
      for (const row of rows.filter(({ metrics }) => !metrics))
        assert.ok(row.sets.every((set) => Object.keys(set).length > 0));
    });

    it(`has dimensions of ${namespace} with names that CloudWatch accepts`, () => {
      const form = namespace === own ? /^[A-Za-z]{4,255}$/ : /^[A-Z][A-Za-z0-9]{4,254}$/;
      for (const set of sets) {
        assert.ok(Object.keys(set).length <= 30);
        for (const name of Object.keys(set)) assert.match(name, form);
      }
    });

    it(`has dimensions of ${namespace} that name the same resource, or any value, in each set`, () => {
      const values = new Map<string, unknown>();
      for (const [name, value] of sets.flatMap((set) => Object.entries(set))) {
        assert.deepEqual(values.get(name) ?? value, value, name);
        values.set(name, value);
        const kind = typeof value === "object" ? value.arnOf : value;
        if (kind !== "any") assert.ok(kinds.includes(kind), `${name}: ${kind}`);
      }
    });
  }

  it("has an empty set where AWS emits metrics for a whole account, and nowhere else", () => {
    const emptied = metricDimensions.filter(({ sets }) =>
      sets.some((set) => written(set) === "[]"),
    );
    assert.deepEqual(
      emptied.map(({ namespace, metrics = [] }) => `${namespace} ${metrics[0]}`),
      [
        "AWS/IoT RulesExecuted",
        "AWS/Lambda ClaimedAccountConcurrency",
        "AWS/Lambda Duration",
        "AWS/SNS SMSMonthToDateSpentUSD",
        "AWS/DynamoDB AccountMaxReads",
        "AWS/Events Events",
      ],
    );
  });

  it("has a dimension of the protocol for each outcome of a request, and for no other metric", () => {
    assert.deepEqual(
      metricDimensions.flatMap(({ metrics = [], sets }) =>
        sets.some((set) => Object.hasOwn(set, "Protocol")) ? metrics : [],
      ),
      metricsByProtocol,
    );
    assert.deepEqual(
      metricsByProtocol.filter((metric) => !/^[A-Z][A-Za-z]+\.[A-Z][A-Za-z]+$/.test(metric)),
      [],
    );
    // All outcomes of these requests are in the list of names, except those that AWS IoT counts without a protocol.
    const requests = new Set(metricsByProtocol.map((metric) => metric.replace(/\..*/, ".")));
    const listed = metricNames["AWS/IoT"]?.metrics.split(" ") ?? [];
    assert.deepEqual(
      listed.filter((metric) => requests.has(metric.replace(/\..*/, "."))).sort(),
      [...metricsByProtocol].sort(),
    );
  });
});
