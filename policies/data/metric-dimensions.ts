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
 * The outcomes of the requests of clients to the message broker and to their shadows. AWS IoT emits all of these metrics by protocol.
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/metrics_dimensions.html
 */
export const metricsByProtocol: string[] = [
  "Connect.AuthError",
  "Connect.ClientError",
  "Connect.ClientIDThrottle",
  "Connect.ServerError",
  "Connect.Success",
  "Connect.Throttle",
  "Connection.AuthNError",
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
  "DeleteThingShadow.Accepted",
  "GetThingShadow.Accepted",
  "UpdateThingShadow.Accepted",
];

/**
 * The metrics of jobs. "Succeded" is the spelling of AWS.
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/metrics_dimensions.html
 */
const ofJobs = [
  "CanceledJobExecutionCount",
  "CanceledJobExecutionTotalCount",
  "FailedJobExecutionCount",
  "FailedJobExecutionTotalCount",
  "InProgressJobExecutionCount",
  "InProgressJobExecutionTotalCount",
  "QueuedJobExecutionCount",
  "QueuedJobExecutionTotalCount",
  "RejectedJobExecutionCount",
  "RejectedJobExecutionTotalCount",
  "RemovedJobExecutionCount",
  "RemovedJobExecutionTotalCount",
  "SuccededJobExecutionCount",
  "SuccededJobExecutionTotalCount",
  "ClientErrorCount",
  "ServerErrorCount",
];

const ofFunctions: Dimensions["sets"] = [
  { FunctionName: "function" },
  { FunctionName: "function", Resource: "any" },
  { EventSourceMappingUUID: "any" },
  { FunctionName: "function", Resource: "any", ExecutedVersion: "any" },
];

/** @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/aws-services-cloudwatch-metrics.html */
export const metricDimensions: readonly Dimensions[] = [
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
    metrics: ["TopicMatch", "ParseError", "RuleMessageThrottled", "RuleNotFound"],
    sets: [{ RuleName: "topic rule" }],
  },
  { namespace: "AWS/IoT", metrics: ["RulesExecuted"], sets: [{}, { RuleName: "topic rule" }] },
  { namespace: "AWS/IoT", metrics: ofJobs, sets: [{ JobId: "any" }] },
  {
    namespace: "AWS/IoT",
    metrics: metricsByProtocol,
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
  // "Across All Functions (none) – View aggregate metrics for all functions in the current AWS Region."
  // https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-view.html
  {
    namespace: "AWS/Lambda",
    metrics: ["Duration", "Errors", "Invocations", "Throttles"],
    sets: [{}, ...ofFunctions],
  },
  {
    namespace: "AWS/Lambda",
    sets: ofFunctions,
  },
  // https://docs.aws.amazon.com/AmazonECS/latest/developerguide/available-metrics.html
  {
    namespace: "AWS/ECS",
    sets: [
      { ClusterName: "any" },
      { ClusterName: "any", ServiceName: "any" },
      { ClusterName: "any", CapacityProviderName: "any" },
      { DiscoveryName: "any" },
      { DiscoveryName: "any", ServiceName: "any", ClusterName: "any" },
      { TargetDiscoveryName: "any" },
      { TargetDiscoveryName: "any", ServiceName: "any", ClusterName: "any" },
    ],
  },
  { namespace: "AWS/SQS", sets: [{ QueueName: "queue" }] },
  // https://docs.aws.amazon.com/sns/latest/dg/sns-monitoring-using-cloudwatch.html
  {
    namespace: "AWS/SNS",
    metrics: ["SMSMonthToDateSpentUSD", "SMSSuccessRate"],
    sets: [{}, { Country: "any", SMSType: "any" }, { SMSType: "any" }, { Country: "any" }],
  },
  {
    namespace: "AWS/SNS",
    sets: [
      { TopicName: "topic" },
      { Application: "any" },
      { Application: "any", Platform: "any" },
      { Platform: "any" },
      { PhoneNumber: "any" },
    ],
  },
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
  // https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Container-Insights-metrics-ECS.html
  {
    namespace: "ECS/ContainerInsights",
    sets: [
      { ClusterName: "any" },
      { ClusterName: "any", ServiceName: "any" },
      { ClusterName: "any", TaskDefinitionFamily: "any" },
      { ClusterName: "any", CapacityProviderName: "any" },
      { ClusterName: "any", ServiceName: "any", TaskDefinitionFamily: "any" },
      { ClusterName: "any", ServiceName: "any", TaskId: "any" },
      { ClusterName: "any", TaskDefinitionFamily: "any", TaskId: "any" },
      { ClusterName: "any", ServiceName: "any", ContainerName: "any" },
      { ClusterName: "any", TaskDefinitionFamily: "any", ContainerName: "any" },
      { ClusterName: "any", TaskDefinitionFamily: "any", TaskId: "any", ContainerName: "any" },
      { ClusterName: "any", ServiceName: "any", TaskId: "any", ContainerName: "any" },
      { ClusterName: "any", ContainerInstanceId: "any", InstanceId: "any" },
      { ClusterName: "any", ContainerInstanceId: "any", EC2InstanceId: "any" },
      {
        ClusterName: "any",
        CapacityProviderName: "any",
        ContainerInstanceId: "any",
        EC2InstanceId: "any",
      },
    ],
  },
  { namespace: "AWS/EventBridge/Pipes", sets: [{ PipeName: "pipe" }, { AwsAccountId: "any" }] },
  { namespace: "AWS/Scheduler", sets: [{ ScheduleGroup: "any" }] },
  // https://docs.aws.amazon.com/sagemaker/latest/dg/monitoring-cloudwatch.html
  {
    namespace: "AWS/SageMaker",
    metrics: [
      "ConcurrentRequestsPerModel",
      "Invocation4XXErrors",
      "Invocation5XXErrors",
      "InvocationModelErrors",
      "Invocations",
      "InvocationsPerCopy",
      "InvocationsPerInstance",
      "ModelLatency",
      "OverheadLatency",
    ],
    sets: [{ EndpointName: "any", VariantName: "any" }, { InferenceComponentName: "any" }],
  },
  {
    namespace: "AWS/Sagemaker/ModelBuildingPipeline",
    sets: [{ PipelineName: "any" }, { PipelineName: "any", StepName: "any" }],
  },
  // https://docs.aws.amazon.com/managed-flink/latest/java/metrics-dimensions.html
  {
    namespace: "AWS/KinesisAnalytics",
    metrics: [
      "KPUs",
      "containerCPUUtilization",
      "containerDiskUtilization",
      "containerMemoryUtilization",
      "cpuUtilization",
      "downtime",
      "fullRestarts",
      "heapMemoryUtilization",
      "lastCheckpointDuration",
      "lastCheckpointSize",
      "numRestarts",
      "numberOfFailedCheckpoints",
      "uptime",
    ],
    sets: [{ Application: "any" }],
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
