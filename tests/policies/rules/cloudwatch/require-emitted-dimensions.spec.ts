import * as assert from "node:assert/strict";
import { requireEmittedDimensions as rule } from "../../../../policies/rules/cloudwatch/require-emitted-dimensions";
import { said, unknown, type Given } from "../../../support/policy";
import { alarmOn, alarmOnQuery } from "../../alarms";
import { changed } from "../../given";

const queue: Given = { type: "aws:sqs/queue:Queue", name: "queue", inputs: { name: "orders" } };
const topicRule: Given = {
  type: "aws:iot/topicRule:TopicRule",
  name: "rule",
  inputs: { name: "ingest" },
};
const bus: Given = {
  type: "aws:cloudwatch/eventRule:EventRule",
  name: "event-rule",
  inputs: { name: "r" },
};
const machine: Given = {
  type: "aws:sfn/stateMachine:StateMachine",
  name: "machine",
  inputs: { name: "m" },
};
const stateMachineArn = (name: string) =>
  `arn:aws:states:eu-central-1:123456789012:stateMachine:${name}`;
const fault = (what: string) => [`alarm: Watches ${what}`];
const doubt = (what: string) => [`advisory alarm: Unverified: Whether ${what}`];

describe(rule.name, () => {
  for (const [what, alarm, resource] of [
    [
      "a queue",
      alarmOn("AWS/SQS", "ApproximateAgeOfOldestMessage", { QueueName: "orders" }),
      queue,
    ],
    ["a topic rule", alarmOn("AWS/IoT", "ParseError", { RuleName: "ingest" }), topicRule],
    [
      "a topic rule's action",
      alarmOn("AWS/IoT", "Failure", { ActionType: "SQS", RuleName: "ingest" }),
      topicRule,
    ],
    [
      "a topic rule, summed over its actions",
      alarmOnQuery(
        `SELECT SUM(Failure) FROM SCHEMA("AWS/IoT", ActionType, RuleName) WHERE RuleName = 'ingest'`,
      ),
      topicRule,
    ],
    [
      "an event rule of a bus",
      alarmOn("AWS/Events", "FailedInvocations", { EventBusName: "b", RuleName: "r" }),
      bus,
    ],
    [
      "a state machine",
      alarmOn("AWS/States", "ExecutionsFailed", { StateMachineArn: stateMachineArn("m") }),
      machine,
    ],
    ["an API", alarmOn("AWS/ApiGateway", "5xx", { ApiId: unknown, Stage: "$default" }), queue],
    [
      "an event rule of the default bus",
      alarmOn("AWS/Events", "FailedInvocations", { EventBusName: "default", RuleName: "r" }),
      bus,
    ],
    [
      "a queue whose name is not known yet",
      alarmOn("AWS/SQS", "ApproximateAgeOfOldestMessage", { QueueName: unknown }),
      queue,
    ],
    ["a namespace of one's own", alarmOn("Orders", "Lost", { Shop: "a" }), queue],
  ] as const)
    it(`accepts an alarm on ${what}`, async () => {
      assert.deepEqual(await said(rule, alarm, resource), []);
    });

  it("rejects dimensions that the service does not emit", async () => {
    const alarm = alarmOn("AWS/SQS", "ApproximateAgeOfOldestMessage", { Queue: "orders" });
    assert.deepEqual(
      await said(rule, alarm, queue),
      fault("AWS/SQS ApproximateAgeOfOldestMessage by Queue: the service emits it by QueueName."),
    );
  });

  it("rejects more than it emits, and as many of which one is another", async () => {
    for (const [dimensions, names] of [
      [{ QueueName: "orders", Shop: "a" }, "QueueName and Shop"],
      [{}, "no dimension"],
    ] as const)
      assert.deepEqual(
        await said(rule, alarmOn("AWS/SQS", "ApproximateAgeOfOldestMessage", dimensions), queue),
        fault(
          `AWS/SQS ApproximateAgeOfOldestMessage by ${names}: the service emits it by QueueName.`,
        ),
      );
    assert.deepEqual(
      await said(
        rule,
        alarmOn("AWS/IoT", "Failure", { ActionType: "SQS", Rule: "ingest" }),
        topicRule,
      ),
      fault(
        "AWS/IoT Failure by ActionType and Rule: the service emits it by ActionType and RuleName.",
      ),
    );
  });

  it("rejects a query by what the metric has not", async () => {
    const query = `SELECT SUM(Failure) FROM SCHEMA("AWS/IoT", RuleName) WHERE RuleName = 'ingest' AND Shop = 'a'`;
    assert.deepEqual(
      await said(rule, alarmOnQuery(query), topicRule),
      fault(
        "AWS/IoT Failure by RuleName and Shop: the service emits it by ActionType and RuleName.",
      ),
    );
  });

  it("rejects a name where an ARN is wanted", async () => {
    const alarm = alarmOn("AWS/States", "ExecutionsFailed", { StateMachineArn: "m" });
    assert.deepEqual(
      await said(rule, alarm, machine),
      fault(
        "AWS/States ExecutionsFailed of StateMachineArn m, and there is no state machine of that name in this stack.",
      ),
    );
  });

  it("rejects fewer than it emits, unless a query sums over them", async () => {
    assert.deepEqual(
      await said(rule, alarmOn("AWS/IoT", "Failure", { RuleName: "ingest" }), topicRule),
      fault("AWS/IoT Failure by RuleName: the service emits it by ActionType and RuleName."),
    );
    assert.deepEqual(
      await said(rule, alarmOn("AWS/Lambda", "DeadLetterErrors", {}), topicRule),
      fault(
        "AWS/Lambda DeadLetterErrors by no dimension: the service emits it by FunctionName, or by FunctionName and Resource, or by EventSourceMappingUUID, or by FunctionName and Resource and ExecutedVersion.",
      ),
    );
  });

  it("rejects a metric that the service does not emit", async () => {
    assert.deepEqual(
      await said(rule, alarmOn("AWS/IoT", "Failures", { RuleName: "ingest" }), topicRule),
      fault(
        "AWS/IoT Failures which the service does not emit: use Failure (https://docs.aws.amazon.com/iot/latest/developerguide/metrics_dimensions.html).",
      ),
    );
  });

  it("cannot tell of a name that nothing in the stack has: another stack may have it", async () => {
    assert.deepEqual(
      await said(
        rule,
        alarmOn("AWS/SQS", "ApproximateAgeOfOldestMessage", { QueueName: "x" }),
        queue,
      ),
      doubt(
        "AWS/SQS ApproximateAgeOfOldestMessage is emitted for QueueName x was not verified: there is no queue of that name in this stack.",
      ),
    );
    const other = alarmOn("AWS/States", "ExecutionsFailed", {
      StateMachineArn: stateMachineArn("n"),
    });
    assert.deepEqual(
      await said(rule, other, machine),
      doubt(
        `AWS/States ExecutionsFailed is emitted for StateMachineArn ${stateMachineArn("n")} was not verified: there is no state machine of that name in this stack.`,
      ),
    );
    const query = `SELECT SUM(Failure) FROM SCHEMA("AWS/IoT", RuleName) WHERE RuleName = 'x'`;
    assert.equal((await said(rule, alarmOnQuery(query), topicRule)).length, 1);
  });

  it("rejects a namespace that is written another way than AWS writes it", async () => {
    for (const [given, meant] of [
      ["AWS/Sqs", "AWS/SQS"],
      ["aws/lambda", "AWS/Lambda"],
      ["AWS/Kinesys", "AWS/Kinesis"],
      ["AWS/Event", "AWS/Events"],
    ] as const)
      assert.deepEqual(
        await said(rule, alarmOn(given, "Errors", { QueueName: "orders" }), queue),
        fault(`${given} Errors in a namespace that does not exist: use ${meant}.`),
      );
    for (const other of ["AWS/Quantum", "AWS/DX", "AWS/SQL", "Orders/SQS"])
      assert.deepEqual(await said(rule, alarmOn(other, "Errors", { A: "b" }), queue), []);
  });

  it("rejects a metric that is mistyped", async () => {
    for (const [namespace, given, meant] of [
      ["AWS/SQS", "ApproximateNumberOfMessageVisible", "ApproximateNumberOfMessagesVisible"],
      ["AWS/SQS", "approximateAgeOfOldestMessage", "ApproximateAgeOfOldestMessage"],
      ["AWS/Lambda", "Error", "Errors"],
      ["AWS/Events", "FailedInvocation", "FailedInvocations"],
    ] as const) {
      const [line = "", ...more] = await said(
        rule,
        alarmOn(namespace, given, { QueueName: "orders" }),
        queue,
      );
      assert.match(
        line,
        new RegExp(
          `^alarm: Watches ${namespace} ${given} which the service does not emit: use ${meant} \\(https://docs`,
        ),
      );
      assert.deepEqual(more, []);
    }
  });

  it("cannot tell of a metric that is like none of those that it knows", async () => {
    const [line = "", ...more] = await said(
      rule,
      alarmOn("AWS/SQS", "Zzz", { QueueName: "orders" }),
      queue,
    );
    assert.match(
      line,
      /^advisory alarm: Unverified: Whether AWS\/SQS Zzz is emitted was not verified: https:/,
    );
    assert.deepEqual(more, []);
  });

  it("rejects a rule of a bus of one's own that is watched by its name alone", async () => {
    const onBus = (eventBusName: unknown): Given => ({
      ...bus,
      inputs: { name: "r", eventBusName },
    });
    const alone = alarmOn("AWS/Events", "FailedInvocations", { RuleName: "r" });
    assert.deepEqual(
      await said(rule, alone, onBus("orders")),
      fault(
        "AWS/Events FailedInvocations by RuleName: the rule is on the bus orders, so add EventBusName.",
      ),
    );
    assert.deepEqual(
      await said(rule, alone, onBus(unknown)),
      fault(
        "AWS/Events FailedInvocations by RuleName: the rule is on a custom event bus, so add EventBusName.",
      ),
    );
    const both = alarmOn("AWS/Events", "FailedInvocations", {
      EventBusName: "orders",
      RuleName: "r",
    });
    assert.deepEqual(await said(rule, both, onBus("orders")), []);
    for (const name of ["default", "arn:aws:events:eu-central-1:123456789012:event-bus/default"])
      assert.deepEqual(await said(rule, alone, onBus(name)), []);
    const ingest = alarmOn("AWS/IoT", "ParseError", { RuleName: "ingest" });
    const namesake = changed(onBus("orders"), { name: "ingest" });
    assert.deepEqual(await said(rule, ingest, topicRule, namesake), []);
    const query = `SELECT SUM(FailedInvocations) FROM SCHEMA("AWS/Events", RuleName) WHERE RuleName = 'r'`;
    assert.deepEqual(await said(rule, alarmOnQuery(query), onBus("orders")), []);
  });

  it("knows which metrics are those of the account", async () => {
    assert.deepEqual(await said(rule, alarmOn("AWS/DynamoDB", "UserErrors", {}), queue), []);
    assert.deepEqual(
      await said(rule, alarmOn("AWS/DynamoDB", "UserErrors", { TableName: "t" }), queue),
      fault("AWS/DynamoDB UserErrors by TableName: the service emits it by no dimension."),
    );
  });

  it("reads metrics among the queries of an alarm", async () => {
    const metric = {
      namespace: "AWS/SQS",
      metricName: "ApproximateAgeOfOldestMessage",
      dimensions: { QueueName: "x" },
    };
    const alarm = {
      type: "aws:cloudwatch/metricAlarm:MetricAlarm",
      name: "alarm",
      inputs: {
        name: "alarm",
        metricQueries: [
          { id: "m1", metric },
          { id: "e1", expression: "m1 * 2" },
        ],
      },
    };
    assert.equal((await said(rule, alarm, queue)).length, 1);
  });
});

describe(`${rule.name}, of namespaces`, () => {
  const metric = "AWS/Lambda Errors";
  const meant: Record<string, string> = {
    "AWS/EventBridge": "AWS/Events",
    "AWS/StepFunctions": "AWS/States",
    "AWS/KinesisFirehose": "AWS/Firehose",
    "AWS/KinesisAnalytic": "AWS/KinesisAnalytics",
    "AWS/IotCore": "AWS/IoT",
    "AWS/Pipes": "AWS/EventBridge/Pipes",
    "AWS/Sqs": "AWS/SQS",
    "aws/sqs ": "AWS/SQS",
    "ECS/containerInsights": "ECS/ContainerInsights",
    "AWS/SageMaker/ModelBuildingPipeline": "AWS/Sagemaker/ModelBuildingPipeline",
  };
  for (const [given, namespace] of Object.entries(meant))
    it(`finds that ${given} means ${namespace}`, async () => {
      const [, name = ""] = metric.split(" ");
      assert.deepEqual(await said(rule, alarmOn(given, name, {})), [
        `alarm: Watches ${given} ${name} in a namespace that does not exist: use ${namespace}.`,
      ]);
    });

  it("leaves others alone", async () => {
    for (const given of ["Shop/Orders", "AWS/Timestream/InfluxDB", "CWAgent", "AWS/NewService"])
      assert.deepEqual(await said(rule, alarmOn(given, "Errors", {})), []);
  });
});
