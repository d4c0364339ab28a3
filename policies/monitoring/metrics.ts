import type { Kind } from "../stack/names";

/** What a dimension's value is: the name of a resource of this kind, its ARN, or something that no name in the program tells. */
type Value = Kind | { arnOf: Kind } | "any";

/** The dimensions that a namespace emits a metric under; an alarm that names others, or fewer, waits for ever. */
interface Dimensions {
  namespace: string;
  /** @default all metrics of the namespace that no other row names */
  metrics?: string[];
  /** Any of these sets. */
  sets: Record<string, Value>[];
}

/**
 * What clients ask of the message broker and of their shadows, and how that may end; all of it by the protocol that they speak.
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/metrics_dimensions.html
 */
const ofProtocols = Object.entries({
  Connect: ["AuthError", "ClientError", "ClientIDThrottle", "ServerError", "Success", "Throttle"],
  Connection: ["AuthNError"],
  Ping: ["Success"],
  PublishIn: ["AuthError", "ClientError", "ServerError", "Success", "Throttle"],
  PublishOut: ["AuthError", "ClientError", "Success", "Throttle"],
  PublishRetained: ["AuthError", "ServerError", "Success", "Throttle"],
  Subscribe: ["AuthError", "ClientError", "ServerError", "Success", "Throttle"],
  Unsubscribe: ["ClientError", "ServerError", "Success", "Throttle"],
  DeleteThingShadow: ["Accepted"],
  GetThingShadow: ["Accepted"],
  UpdateThingShadow: ["Accepted"],
}).flatMap(([request, ends]) => ends.map((end) => `${request}.${end}`));

/** @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/aws-services-cloudwatch-metrics.html */
export const emitted: Dimensions[] = [
  {
    namespace: "AWS/IoT",
    metrics: [
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
    ],
    sets: [{ ActionType: "any", RuleName: "topic rule" }],
  },
  {
    namespace: "AWS/IoT",
    metrics: ["TopicMatch", "ParseError", "RuleMessageThrottled", "RuleNotFound", "RulesExecuted"],
    sets: [{ RuleName: "topic rule" }],
  },
  {
    namespace: "AWS/IoT",
    metrics: ofProtocols,
    sets: [{ Protocol: "any" }],
  },
  {
    namespace: "AWS/Lambda",
    sets: [
      { FunctionName: "function" },
      { FunctionName: "function", Resource: "any" },
      { EventSourceMappingUUID: "any" },
    ],
  },
  { namespace: "AWS/SQS", sets: [{ QueueName: "queue" }] },
  { namespace: "AWS/SNS", sets: [{ TopicName: "topic" }] },
  {
    namespace: "AWS/Kinesis",
    sets: [{ StreamName: "stream" }, { StreamName: "stream", ShardId: "any" }],
  },
  { namespace: "AWS/Firehose", sets: [{ DeliveryStreamName: "firehose" }] },
  {
    namespace: "AWS/DynamoDB",
    sets: [
      { TableName: "table" },
      { TableName: "table", Operation: "any" },
      { TableName: "table", GlobalSecondaryIndexName: "any" },
    ],
  },
  {
    namespace: "AWS/Events",
    sets: [
      { RuleName: "event rule" },
      { EventBusName: "event bus", RuleName: "event rule" },
      { EventBusName: "event bus" },
    ],
  },
  {
    namespace: "ECS/ContainerInsights",
    sets: [{ ClusterName: "any" }, { ClusterName: "any", ServiceName: "any" }],
  },
  { namespace: "AWS/EventBridge/Pipes", sets: [{ PipeName: "pipe" }] },
  { namespace: "AWS/Scheduler", sets: [{ ScheduleGroup: "any" }] },
  { namespace: "AWS/States", sets: [{ StateMachineArn: { arnOf: "state machine" } }] },
  {
    namespace: "AWS/ApiGateway",
    sets: [
      { ApiId: "any" },
      { ApiId: "any", Stage: "any" },
      { ApiName: "any" },
      { ApiName: "any", Stage: "any" },
    ],
  },
];
