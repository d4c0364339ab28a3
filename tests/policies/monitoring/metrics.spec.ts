import * as assert from "node:assert/strict";
import { requireEmittedDimensions as rule } from "../../../policies/rules/cloudwatch/require-emitted-dimensions";
import { said, type Given } from "../../support/policy";
import { alarmOn } from "../alarms";

const named = (type: string): Given => ({ type, name: type, inputs: { name: "it" } });
const stack = [
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
].map(named);

const ofActions = [
  "Failure",
  "Success",
  "ErrorActionFailure",
  "ErrorActionSuccess",
  "HttpCode_4XX",
  "HttpCode_5XX",
  "HttpCode_Other",
  "HttpInvalidUrl",
  "HttpRequestTimeout",
  "HttpUnknownHost",
];
const ofRules = [
  "TopicMatch",
  "ParseError",
  "RuleMessageThrottled",
  "RuleNotFound",
  "RulesExecuted",
];
const ofProtocols = [
  "Connect.AuthError",
  "Connect.ClientError",
  "Connect.ClientIDThrottle",
  "Connect.ServerError",
  "Connect.Success",
  "Connect.Throttle",
  "Connection.AuthNError",
  "DeleteThingShadow.Accepted",
  "GetThingShadow.Accepted",
  "Ping.Success",
  "PublishIn.AuthError",
  "PublishIn.ClientError",
  "PublishIn.ServerError",
  "PublishIn.Success",
  "PublishIn.Throttle",
  "PublishOut.AuthError",
  "PublishOut.ClientError",
  "PublishOut.Success",
  "PublishOut.Throttle",
  "PublishRetained.AuthError",
  "PublishRetained.ServerError",
  "PublishRetained.Success",
  "PublishRetained.Throttle",
  "Subscribe.AuthError",
  "Subscribe.ClientError",
  "Subscribe.ServerError",
  "Subscribe.Success",
  "Subscribe.Throttle",
  "Unsubscribe.ClientError",
  "Unsubscribe.ServerError",
  "Unsubscribe.Success",
  "Unsubscribe.Throttle",
  "UpdateThingShadow.Accepted",
];
/** Those whose value names a resource; any other may have any value. */
const naming: Record<string, string> = {
  DeliveryStreamName: "firehose",
  FunctionName: "function",
  PipeName: "pipe",
  QueueName: "queue",
  StreamName: "stream",
  TableName: "table",
  TopicName: "topic",
};

/** As AWS's pages about each service's metrics have them: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/aws-services-cloudwatch-metrics.html */
const rows: [namespace: string, metric: string, dimensions: string[]][] = [
  ...ofActions.map((metric): [string, string, string[]] => [
    "AWS/IoT",
    metric,
    ["ActionType", "RuleName"],
  ]),
  ...ofRules.map((metric): [string, string, string[]] => ["AWS/IoT", metric, ["RuleName"]]),
  ...ofProtocols.map((metric): [string, string, string[]] => ["AWS/IoT", metric, ["Protocol"]]),
  ["AWS/Lambda", "Errors", ["FunctionName"]],
  ["AWS/Lambda", "Errors", ["FunctionName", "Resource"]],
  ["AWS/Lambda", "PolledEventCount", ["EventSourceMappingUUID"]],
  ["AWS/SQS", "NumberOfMessagesSent", ["QueueName"]],
  ["AWS/SNS", "NumberOfMessagesPublished", ["TopicName"]],
  ["AWS/Kinesis", "IncomingRecords", ["StreamName"]],
  ["AWS/Kinesis", "IncomingRecords", ["ShardId", "StreamName"]],
  ["AWS/Firehose", "ThrottledRecords", ["DeliveryStreamName"]],
  ["AWS/DynamoDB", "ConditionalCheckFailedRequests", ["TableName"]],
  ["AWS/DynamoDB", "SystemErrors", ["Operation", "TableName"]],
  ["AWS/DynamoDB", "WriteThrottleEvents", ["GlobalSecondaryIndexName", "TableName"]],
  ["AWS/Events", "FailedInvocations", ["RuleName"]],
  ["AWS/Events", "FailedInvocations", ["EventBusName", "RuleName"]],
  ["AWS/Events", "MatchedEvents", ["EventBusName"]],
  ["ECS/ContainerInsights", "RunningTaskCount", ["ClusterName"]],
  ["ECS/ContainerInsights", "RunningTaskCount", ["ClusterName", "ServiceName"]],
  ["AWS/EventBridge/Pipes", "ExecutionFailed", ["PipeName"]],
  ["AWS/Scheduler", "TargetErrorCount", ["ScheduleGroup"]],
  ["AWS/IoT", "FailedJobExecutionCount", ["JobId"]],
  ["AWS/IoT", "RulesExecuted", ["RuleName"]],
  ["AWS/ECS", "CPUUtilization", ["ClusterName", "ServiceName"]],
  ["AWS/ECS", "HTTPCode_Target_5XX_Count", ["TargetDiscoveryName"]],
  ["ECS/ContainerInsights", "MemoryUtilized", ["ClusterName", "TaskDefinitionFamily"]],
  ["AWS/SNS", "NumberOfNotificationsFailed", ["Application", "Platform"]],
  ["AWS/KinesisAnalytics", "downtime", ["Application"]],
  ["AWS/SageMaker", "Invocation5XXErrors", ["EndpointName", "VariantName"]],
  ["AWS/ApiGateway", "5xx", ["ApiId"]],
  ["AWS/ApiGateway", "5xx", ["ApiId", "Stage"]],
  ["AWS/ApiGateway", "5XXError", ["ApiName"]],
  ["AWS/ApiGateway", "5XXError", ["ApiName", "Stage"]],
];

describe("The dimensions of AWS's metrics", () => {
  for (const [namespace, metric, names] of rows)
    it(`of ${namespace} ${metric} may be ${names.join(" and ")}, and nothing like it`, async () => {
      const dimensions = Object.fromEntries(names.map((name) => [name, "it"]));
      assert.deepEqual(await said(rule, alarmOn(namespace, metric, dimensions), ...stack), []);
      for (const name of names) {
        const { [name]: value, ...others } = dimensions;
        const misspelt = alarmOn(namespace, metric, { ...others, [`${name}s`]: value });
        assert.equal((await said(rule, misspelt, ...stack)).length, 1, name);
      }
      for (const name of names.filter((one) => one in naming)) {
        const absent = alarmOn(namespace, metric, { ...dimensions, [name]: "other" });
        assert.deepEqual(await said(rule, absent, ...stack), [
          `advisory alarm: Unverified: Whether ${namespace} ${metric} is emitted for ${name} other was not verified: there is no ${naming[name]} of that name in this stack.`,
        ]);
      }
    });

  it("distinguish topic rules from EventBridge rules", async () => {
    const [eventRule, topicRule] = [stack[0], stack[2]];
    assert.ok(eventRule && topicRule);
    const [ofIot, ofEvents] = [
      alarmOn("AWS/IoT", "ParseError", { RuleName: "it" }),
      alarmOn("AWS/Events", "FailedInvocations", { RuleName: "it" }),
    ];
    assert.deepEqual(await said(rule, topicRule, ofIot), []);
    assert.deepEqual(await said(rule, eventRule, ofEvents), []);
    assert.deepEqual(await said(rule, eventRule, ofIot), [
      "advisory alarm: Unverified: Whether AWS/IoT ParseError is emitted for RuleName it was not verified: there is no topic rule of that name in this stack.",
    ]);
    assert.deepEqual(await said(rule, topicRule, ofEvents), [
      "advisory alarm: Unverified: Whether AWS/Events FailedInvocations is emitted for RuleName it was not verified: there is no event rule of that name in this stack.",
    ]);
  });

  it("of the message broker exist only for the outcomes that it counts: no metric reports a failed ping response", async () => {
    for (const metric of ["Ping.Throttle", "PublishOut.ServerError", "Unsubscribe.AuthError"])
      assert.deepEqual(await said(rule, alarmOn("AWS/IoT", metric, { Protocol: "MQTT" })), [
        `alarm: Watches AWS/IoT ${metric} which the service does not emit: use a metric that the service documentation lists.`,
      ]);
  });

  it("are not checked where AWS does not list them for a metric that it lists", async () => {
    for (const [namespace, metric, dimensions] of [
      ["AWS/IoT", "Violations", { SecurityProfileName: "p", BehaviorName: "b" }],
      ["AWS/IoT", "ProvisionThing.ClientError", {}],
      ["AWS/SageMaker", "DatasetObjectsHumanAnnotated", { LabelingJobName: "l" }],
      ["AWS/KinesisAnalytics", "millisBehindLatest", { Application: "a", Id: "s", Flow: "Input" }],
    ] as const)
      assert.deepEqual(await said(rule, alarmOn(namespace, metric, dimensions)), []);
  });

  it("may be none for the invocations of all functions", async () => {
    for (const metric of ["Duration", "Errors", "Invocations", "Throttles"])
      assert.deepEqual(await said(rule, alarmOn("AWS/Lambda", metric, {})), []);
  });

  it("of workflows are ARNs", async () => {
    const stateMachineArn = "arn:aws:states:eu-central-1:123456789012:stateMachine:it";
    const alarm = alarmOn("AWS/States", "ExecutionsFailed", { StateMachineArn: stateMachineArn });
    assert.deepEqual(await said(rule, alarm, ...stack), []);
  });
});
