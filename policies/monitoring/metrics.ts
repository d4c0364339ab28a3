import type { Kind } from "../stack/names";

/** The value of a dimension: the name of a resource of this kind, its ARN, or a value that the program does not define. */
type Value = Kind | { arnOf: Kind } | "any";

/** The dimensions with which a namespace emits a metric. An alarm with other or fewer dimensions never receives data. */
export interface Dimensions {
  namespace: string;
  /** @default all metrics of the namespace that no other row lists */
  metrics?: string[];
  /** The sets of dimensions; the service emits the metric with each of them. */
  sets: Record<string, Value>[];
}

/**
 * The requests of clients to the message broker and to their shadows, and the possible outcomes. AWS IoT emits all of these metrics by
 * protocol.
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
  // https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html
  {
    namespace: "AWS/Lambda",
    metrics: [
      "ClaimedAccountConcurrency",
      "ConcurrentExecutions",
      "UnreservedConcurrentExecutions",
    ],
    sets: [{}, { FunctionName: "function" }, { FunctionName: "function", Resource: "any" }],
  },
  {
    namespace: "AWS/Lambda",
    sets: [
      { FunctionName: "function" },
      { FunctionName: "function", Resource: "any" },
      { EventSourceMappingUUID: "any" },
      { FunctionName: "function", Resource: "any", ExecutedVersion: "any" },
    ],
  },
  // https://docs.aws.amazon.com/AmazonECS/latest/developerguide/available-metrics.html
  {
    namespace: "AWS/ECS",
    sets: [{ ClusterName: "any" }, { ClusterName: "any", ServiceName: "any" }],
  },
  { namespace: "AWS/SQS", sets: [{ QueueName: "queue" }] },
  // https://docs.aws.amazon.com/sns/latest/dg/sns-monitoring-using-cloudwatch.html
  {
    namespace: "AWS/SNS",
    metrics: ["SMSMonthToDateSpentUSD", "SMSSuccessRate"],
    sets: [{}, { Country: "any", SMSType: "any" }, { SMSType: "any" }, { Country: "any" }],
  },
  { namespace: "AWS/SNS", sets: [{ TopicName: "topic" }] },
  // https://docs.aws.amazon.com/streams/latest/dev/monitoring-with-cloudwatch.html
  {
    namespace: "AWS/Kinesis",
    sets: [
      { StreamName: "stream" },
      { StreamName: "stream", ShardId: "any" },
      { StreamName: "stream", ConsumerName: "any" },
    ],
  },
  { namespace: "AWS/Firehose", sets: [{ DeliveryStreamName: "firehose" }] },
  // https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/metrics-dimensions.html
  {
    namespace: "AWS/DynamoDB",
    metrics: [
      "AccountMaxReads",
      "AccountMaxTableLevelReads",
      "AccountMaxTableLevelWrites",
      "AccountMaxWrites",
      "AccountProvisionedReadCapacityUtilization",
      "AccountProvisionedWriteCapacityUtilization",
      "MaxProvisionedTableReadCapacityUtilization",
      "MaxProvisionedTableWriteCapacityUtilization",
      "UserErrors",
    ],
    sets: [{}],
  },
  {
    namespace: "AWS/DynamoDB",
    sets: [
      { TableName: "table" },
      { TableName: "table", Operation: "any" },
      { TableName: "table", GlobalSecondaryIndexName: "any" },
      { TableName: "table", ReceivingRegion: "any" },
      { TableName: "table", Operation: "any", StreamLabel: "any" },
    ],
  },
  // https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-monitoring.html
  {
    namespace: "AWS/Events",
    metrics: [
      "Events",
      "InvocationAttempts",
      "Invocations",
      "InvocationsCreated",
      "MatchedEvents",
      "PutEventsApproximateCallCount",
      "PutEventsApproximateFailedCount",
      "PutEventsApproximateSuccessCount",
      "PutEventsApproximateThrottledCount",
      "PutEventsEntriesCount",
      "PutEventsFailedEntriesCount",
      "PutEventsLatency",
      "PutEventsRequestSize",
      "RetryInvocationAttempts",
      "SuccessfulInvocationAttempts",
      "TriggeredRules",
    ],
    sets: [
      {},
      { RuleName: "event rule" },
      { EventBusName: "event bus", RuleName: "event rule" },
      { EventBusName: "event bus" },
      { EventSourceName: "any" },
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
  { namespace: "AWS/EventBridge/Pipes", sets: [{ PipeName: "pipe" }, { AwsAccountId: "any" }] },
  { namespace: "AWS/Scheduler", sets: [{ ScheduleGroup: "any" }] },
  // https://docs.aws.amazon.com/sagemaker/latest/dg/monitoring-cloudwatch.html
  {
    namespace: "AWS/SageMaker",
    sets: [{ EndpointName: "any", VariantName: "any" }, { InferenceComponentName: "any" }],
  },
  {
    namespace: "AWS/Sagemaker/ModelBuildingPipeline",
    sets: [{ PipelineName: "any" }, { PipelineName: "any", StepName: "any" }],
  },
  // functions/stream-to-fargate/lag.ts
  {
    namespace: "IotIntegrations",
    metrics: ["Behind", "Shards"],
    sets: [{ ServiceName: "any" }],
  },
  // functions/shared/metrics.ts
  {
    namespace: "IotIntegrations",
    sets: [{ integration: "any" }, { FunctionName: "function" }],
  },
  // https://docs.aws.amazon.com/step-functions/latest/dg/procedure-cw-metrics.html
  {
    namespace: "AWS/States",
    sets: [
      { StateMachineArn: { arnOf: "state machine" } },
      { ActivityArn: "any" },
      { LambdaFunctionArn: "any" },
      { ServiceIntegrationResourceArn: "any" },
      { APIName: "any" },
      { ServiceMetric: "any" },
      { StateMachineArn: { arnOf: "state machine" }, Version: "any" },
      { StateMachineArn: { arnOf: "state machine" }, Alias: "any" },
    ],
  },
  // https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/programming-cloudwatch-metrics.html
  {
    namespace: "AWS/CloudFront",
    sets: [
      { DistributionId: "any", Region: "any" },
      { FunctionName: "any", Region: "any" },
    ],
  },
  // https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-metrics-and-dimensions.html
  {
    namespace: "AWS/ApiGateway",
    sets: [
      { ApiId: "any" },
      { ApiId: "any", Stage: "any" },
      { ApiName: "any" },
      { ApiName: "any", Stage: "any" },
      { ApiName: "any", Method: "any", Resource: "any", Stage: "any" },
      { ApiId: "any", Method: "any", Resource: "any", Stage: "any" },
      { ApiId: "any", Route: "any", Stage: "any" },
    ],
  },
];
