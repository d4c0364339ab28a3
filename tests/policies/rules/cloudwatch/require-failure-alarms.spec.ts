import * as assert from "node:assert/strict";
import { requireFailureAlarms as rule } from "../../../../policies/rules/cloudwatch/require-failure-alarms";
import { said, unknown, type Given } from "../../../support/policy";
import { alarmOn, alarmOnQuery } from "../../alarms";
import { arn, changed, queueUrl } from "../../given";

interface Watched {
  what: string;
  type: string;
  namespace: string;
  dimension: string;
  value?: string;
  metrics: string[];
  inputs?: Record<string, unknown>;
  beside?: Given[];
}

const target = (deadLetterConfig?: Record<string, unknown>): Given => ({
  type: "aws:cloudwatch/eventTarget:EventTarget",
  name: "target",
  inputs: { rule: "it", arn: arn.queue("q"), ...(deadLetterConfig && { deadLetterConfig }) },
});

const surfaces: Watched[] = [
  {
    what: "a table",
    type: "aws:dynamodb/table:Table",
    namespace: "AWS/DynamoDB",
    dimension: "TableName",
    metrics: ["WriteThrottleEvents"],
  },
  {
    what: "an event rule whose target has a dead-letter queue",
    type: "aws:cloudwatch/eventRule:EventRule",
    namespace: "AWS/Events",
    dimension: "RuleName",
    metrics: ["InvocationsFailedToBeSentToDlq"],
    beside: [target({ arn: arn.queue("failures") })],
  },
  {
    what: "a topic rule",
    type: "aws:iot/topicRule:TopicRule",
    namespace: "AWS/IoT",
    dimension: "RuleName",
    metrics: ["Failure", "ParseError", "RuleMessageThrottled"],
  },
  {
    what: "a topic rule with an error action",
    type: "aws:iot/topicRule:TopicRule",
    inputs: {
      errorAction: { sqs: { queueUrl: queueUrl("failures"), roleArn: "r", useBase64: false } },
    },
    namespace: "AWS/IoT",
    dimension: "RuleName",
    metrics: ["Failure", "ErrorActionFailure", "ParseError", "RuleMessageThrottled"],
  },
  {
    what: "a stream",
    type: "aws:kinesis/stream:Stream",
    namespace: "AWS/Kinesis",
    dimension: "StreamName",
    metrics: ["WriteProvisionedThroughputExceeded", "ReadProvisionedThroughputExceeded"],
  },
  {
    what: "a function",
    type: "aws:lambda/function:Function",
    namespace: "AWS/Lambda",
    dimension: "FunctionName",
    metrics: ["Errors", "Throttles"],
  },
  {
    what: "a pipe",
    type: "aws:pipes/pipe:Pipe",
    namespace: "AWS/EventBridge/Pipes",
    dimension: "PipeName",
    metrics: ["ExecutionFailed"],
  },
  {
    what: "an endpoint of SageMaker",
    type: "aws:sagemaker/endpoint:Endpoint",
    namespace: "AWS/SageMaker",
    dimension: "EndpointName",
    metrics: ["Invocation4XXErrors", "Invocation5XXErrors", "InvocationModelErrors"],
  },
  {
    what: "a pipeline of SageMaker",
    type: "aws:sagemaker/pipeline:Pipeline",
    inputs: { pipelineName: "it" },
    namespace: "AWS/Sagemaker/ModelBuildingPipeline",
    dimension: "PipelineName",
    metrics: ["ExecutionFailed"],
  },
  {
    what: "a state machine",
    type: "aws:sfn/stateMachine:StateMachine",
    namespace: "AWS/States",
    dimension: "StateMachineArn",
    value: "arn:aws:states:eu-central-1:123456789012:stateMachine:it",
    metrics: ["ExecutionsFailed", "ExecutionsTimedOut"],
  },
];
const nobody = (metric: string, dimension: string) =>
  `it: No alarm watches ${metric}: create an alarm on it by ${dimension}.`;

describe(rule.name, () => {
  for (const { what, type, namespace, dimension, value = "it", metrics, ...more } of surfaces) {
    const resource: Given = { type, inputs: { name: "it", ...more.inputs } };
    const { beside = [] } = more;
    const alarms = metrics.map((metric) => alarmOn(namespace, metric, { [dimension]: value }));

    it(`accepts ${what} that is watched by ${metrics.join(", ")}`, async () => {
      assert.deepEqual(await said(rule, resource, ...beside, ...alarms), []);
    });

    it(`rejects ${what} that lacks one of them`, async () => {
      for (const [index, metric] of metrics.entries())
        assert.deepEqual(
          await said(rule, resource, ...beside, ...alarms.filter((_, at) => at !== index)),
          [nobody(`${namespace} ${metric}`, dimension)],
        );
    });
  }

  it("says in one line what is missing of one resource", async () => {
    const lambda: Given = { type: "aws:lambda/function:Function", inputs: { name: "it" } };
    assert.deepEqual(await said(rule, lambda), [
      "it: No alarm watches AWS/Lambda Errors, Throttles: create an alarm on each by FunctionName.",
    ]);
  });

  it("asks nothing that could never fire: of an event rule that sets nothing aside", async () => {
    const eventRule: Given = { type: "aws:cloudwatch/eventRule:EventRule", inputs: { name: "it" } };
    assert.deepEqual(await said(rule, eventRule), []);
    assert.deepEqual(await said(rule, eventRule, target()), []);
  });

  it("asks for the bus beside the rule where the rule is on a bus of one's own", async () => {
    const onBus: Given = {
      type: "aws:cloudwatch/eventRule:EventRule",
      inputs: { name: "it", eventBusName: "orders" },
    };
    const metric = "InvocationsFailedToBeSentToDlq";
    const given = [onBus, target({ arn: arn.queue("failures") })];
    const missing = [nobody(`AWS/Events ${metric}`, "EventBusName and RuleName")];
    assert.deepEqual(await said(rule, ...given), missing);
    for (const dimensions of [{ RuleName: "it" }, { RuleName: "it", EventBusName: "other" }])
      assert.deepEqual(
        await said(rule, ...given, alarmOn("AWS/Events", metric, dimensions)),
        missing,
      );
    const both = alarmOn("AWS/Events", metric, { RuleName: "it", EventBusName: "orders" });
    assert.deepEqual(await said(rule, ...given, both), []);
    const later = alarmOn("AWS/Events", metric, { RuleName: "it", EventBusName: unknown });
    assert.deepEqual(await said(rule, ...given, later), []);
    const onLaterBus = changed(onBus, { eventBusName: unknown });
    assert.deepEqual(await said(rule, onLaterBus, ...given.slice(1), both), []);
    const query = `SELECT SUM(${metric}) FROM SCHEMA("AWS/Events", RuleName) WHERE RuleName = 'it'`;
    assert.deepEqual(await said(rule, ...given, alarmOnQuery(query)), []);
  });

  it("rejects alarms on another resource, namespace or metric", async () => {
    const table: Given = { type: "aws:dynamodb/table:Table", inputs: { name: "it" } };
    for (const alarm of [
      alarmOn("AWS/DynamoDB", "WriteThrottleEvents", { TableName: "other" }),
      alarmOn("AWS/Kinesis", "WriteThrottleEvents", { TableName: "it" }),
      alarmOn("AWS/DynamoDB", "ReadThrottleEvents", { TableName: "it" }),
      alarmOn("AWS/DynamoDB", "WriteThrottleEvents", {}),
    ])
      assert.equal((await said(rule, table, alarm)).length, 1);
  });

  describe("of a table", () => {
    const table: Given = { type: "aws:dynamodb/table:Table", inputs: { name: "it" } };
    const watching = (dimensions: Record<string, unknown>, more: Record<string, unknown> = {}) =>
      alarmOn("AWS/DynamoDB", "WriteThrottleEvents", dimensions, more);
    const missing = [nobody("AWS/DynamoDB WriteThrottleEvents", "TableName")];

    it("accepts a dimension that is not known yet, if it was derived from the table", async () => {
      const later = watching({ TableName: unknown });
      const derived = { ...later, madeFrom: { dimensions: ["it"] } };
      assert.deepEqual(await said(rule, table, derived), []);
      assert.deepEqual(await said(rule, table, later), missing);
    });

    it("accepts an alarm only in its Region, and any where one of the two is not known", async () => {
      const [here, there] = [{ region: "eu-central-1" }, { region: "us-east-1" }];
      const named = { TableName: "it" };
      assert.deepEqual(await said(rule, changed(table, here), watching(named, here)), []);
      assert.deepEqual(await said(rule, changed(table, here), watching(named, there)), missing);
      assert.deepEqual(await said(rule, changed(table, here), watching(named)), []);
      assert.deepEqual(await said(rule, table, watching(named, there)), []);
    });
  });

  it("takes a query for the metric that it sums", async () => {
    const resource: Given = { type: "aws:iot/topicRule:TopicRule", inputs: { name: "it" } };
    const query = (metric: string) =>
      alarmOnQuery(
        `SELECT SUM(${metric}) FROM SCHEMA("AWS/IoT", ActionType, RuleName) WHERE RuleName = 'it'`,
      );
    const given = ["Failure", "ErrorActionFailure", "ParseError", "RuleMessageThrottled"].map(
      query,
    );
    assert.deepEqual(await said(rule, resource, ...given), []);
  });

  describe("of a function", () => {
    const lambda: Given = { type: "aws:lambda/function:Function", inputs: { name: "it" } };
    const on = (metric: string) => alarmOn("AWS/Lambda", metric, { FunctionName: "it" });
    const usual = [on("Errors"), on("Throttles")];

    it("asks for what is lost where it sets failures aside", async () => {
      const config: Given = {
        type: "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig",
        name: "config",
        inputs: {
          functionName: "it",
          destinationConfig: { onFailure: { destination: arn.queue("failures") } },
        },
      };
      const needed = ["DestinationDeliveryFailures", "AsyncEventsDropped"];
      assert.deepEqual(await said(rule, lambda, config, ...usual, ...needed.map(on)), []);
      assert.deepEqual(await said(rule, lambda, config, ...usual), [
        "it: No alarm watches AWS/Lambda DestinationDeliveryFailures, AsyncEventsDropped: create an alarm on each by FunctionName.",
      ]);
      for (const metric of needed)
        assert.deepEqual(
          await said(
            rule,
            lambda,
            config,
            ...usual,
            ...needed.filter((one) => one !== metric).map(on),
          ),
          [nobody(`AWS/Lambda ${metric}`, "FunctionName")],
        );
    });

    it("asks for its lag behind a stream, and not behind a queue", async () => {
      const mapping = (eventSourceArn: string): Given => ({
        type: "aws:lambda/eventSourceMapping:EventSourceMapping",
        name: "mapping",
        inputs: { eventSourceArn, functionName: "it" },
      });
      const stream: Given = {
        type: "aws:kinesis/stream:Stream",
        name: "stream",
        inputs: { name: "s" },
      };
      const throttled = ["Write", "Read"].map((side) =>
        alarmOn("AWS/Kinesis", `${side}ProvisionedThroughputExceeded`, { StreamName: "s" }),
      );
      const given = [lambda, stream, ...throttled, mapping(arn.stream("s")), ...usual];
      assert.deepEqual(await said(rule, ...given), [
        nobody("AWS/Lambda IteratorAge", "FunctionName"),
      ]);
      assert.deepEqual(await said(rule, ...given, on("IteratorAge")), []);
      assert.deepEqual(await said(rule, lambda, mapping(arn.queue("q")), ...usual), []);
    });
  });

  describe("of a topic", () => {
    const topic: Given = { type: "aws:sns/topic:Topic", inputs: { name: "it" } };
    const subscription = (name: string, redrivePolicy?: string): Given => ({
      type: "aws:sns/topicSubscription:TopicSubscription",
      name,
      inputs: {
        topic: arn.topic("it"),
        protocol: "email",
        endpoint: `${name}@example.com`,
        ...(redrivePolicy ? { redrivePolicy } : {}),
      },
    });
    const setAside = JSON.stringify({ deadLetterTargetArn: arn.queue("failures") });

    it("asks once for what can be set aside no more, where its subscriptions set it aside", async () => {
      const metric = "NumberOfNotificationsFailedToRedriveToDlq";
      const both = [topic, subscription("a", setAside), subscription("b", setAside)];
      assert.deepEqual(await said(rule, ...both), [nobody(`AWS/SNS ${metric}`, "TopicName")]);
      const watched = alarmOn("AWS/SNS", metric, { TopicName: "it" });
      assert.deepEqual(await said(rule, ...both, watched), []);
    });

    it("asks nothing where nobody sets anything aside", async () => {
      assert.deepEqual(await said(rule, topic, subscription("a")), []);
    });
  });
});
