/** The metrics that the local run or the emulator puts to CloudWatch. */
const reported: Record<string, readonly string[]> = {
  "AWS/CloudFront": ["5xxErrorRate"],
  "AWS/EventBridge/Pipes": [
    "EnrichmentStageFailed",
    "EventCount",
    "ExecutionFailed",
    "ExecutionPartiallyFailed",
    "Invocations",
    "TargetStageFailed",
    "TargetStagePartiallyFailed",
  ],
  "AWS/Events": [
    "FailedInvocations",
    "Invocations",
    "InvocationsFailedToBeSentToDlq",
    "InvocationsSentToDlq",
    "MatchedEvents",
    "TriggeredRules",
  ],
  "AWS/IoT": [
    "Connect.AuthError",
    "Connect.ClientError",
    "Connect.ServerError",
    "Connect.Success",
    "Connection.AuthNError",
    "ErrorActionFailure",
    "ErrorActionSuccess",
    "Failure",
    "ParseError",
    "PublishIn.AuthError",
    "PublishIn.ClientError",
    "PublishIn.ServerError",
    "PublishIn.Success",
    "PublishIn.Throttle",
    "PublishOut.AuthError",
    "PublishOut.Success",
    "RuleNotFound",
    "Subscribe.AuthError",
    "Subscribe.ClientError",
    "Subscribe.ServerError",
    "Subscribe.Success",
    "Success",
    "TopicMatch",
  ],
  "AWS/Lambda": [
    "AsyncEventsDropped",
    "DestinationDeliveryFailures",
    "Duration",
    "Errors",
    "Invocations",
    "IteratorAge",
    "Throttles",
  ],
  "AWS/SNS": [
    "NumberOfNotificationsDelivered",
    "NumberOfNotificationsFailed",
    "NumberOfNotificationsFailedToRedriveToDlq",
    "NumberOfNotificationsRedrivenToDlq",
  ],
  "AWS/SQS": [
    "ApproximateAgeOfOldestMessage",
    "ApproximateNumberOfMessagesNotVisible",
    "ApproximateNumberOfMessagesVisible",
    "NumberOfMessagesSent",
  ],
  "AWS/States": ["ExecutionsAborted", "ExecutionsFailed"],
};

const unread = "the metrics in the logs of functions are not read";

const unmeasured = "delivery streams are not measured";

const unscored = "the double of endpoints is not measured";

/** Why these metrics are not reported here. */
const silent: Record<string, Record<string, string>> = {
  IotIntegrations: {
    Behind: "the metrics in the logs of containers are not read",
    HighAverages: unread,
    Negative: unread,
    Spilled: unread,
    Stored: unread,
    Truncated: unread,
  },
  "AWS/ApiGateway": { "5xx": "the emulator keeps no record of what APIs answer" },
  "AWS/DynamoDB": { WriteThrottleEvents: "the emulator's tables have no limit of throughput" },
  "AWS/Events": { ThrottledRules: "no quota limits how often targets are invoked" },
  "AWS/Firehose": {
    "BackupToS3.Success": unmeasured,
    "DeliveryToS3.DataFreshness": unmeasured,
    "DeliveryToHttpEndpoint.DataFreshness": unmeasured,
    "DeliveryToSplunk.DataFreshness": unmeasured,
    ThrottledRecords: "no quota limits how many records delivery streams take",
  },
  "AWS/IoT": {
    "Connect.Throttle": "no quota limits how often clients connect",
    RuleMessageThrottled: "no quota limits how many messages rules take",
  },
  "AWS/Kinesis": {
    IncomingRecords: "the emulator does not count the records of streams",
    ReadProvisionedThroughputExceeded: "the emulator's shards have no limit of reads",
    WriteProvisionedThroughputExceeded: "the emulator's shards have no limit of throughput",
  },
  "AWS/ECS": { MemoryUtilization: "containers are processes without a limit of memory" },
  "AWS/SageMaker": {
    Invocation4XXErrors: unscored,
    Invocation5XXErrors: unscored,
    InvocationModelErrors: unscored,
  },
  "AWS/States": {
    ExecutionThrottled: "no quota limits the transitions of workflows",
    ExecutionsTimedOut: "the emulator overlooks the time limit of a whole execution",
  },
};

/** Returns why a metric is not reported here; undefined if it is. */
export function silenceOf(namespace: string, metricName: string): string | undefined {
  if (reported[namespace]?.includes(metricName)) return undefined;
  return silent[namespace]?.[metricName] ?? "nothing reports that metric";
}
