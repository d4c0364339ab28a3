/** The metrics of a namespace, as its documentation page lists them. */
interface Names {
  page: string;
  metrics: string;
}

const docs = "https://docs.aws.amazon.com/";

/**
 * All metrics of the services that this pack supports. A metric that is not listed may be new, so the pack does not decide about it unless
 * its name resembles a listed metric.
 */
const names: Readonly<Record<string, Names>> = {
  "AWS/ApiGateway": {
    page: `${docs}apigateway/latest/developerguide/api-gateway-metrics-and-dimensions.html`,
    metrics:
      "4XXError 5XXError 4xx 5xx CacheHitCount CacheMissCount Count DataProcessed IntegrationLatency Latency ClientError ConnectCount ExecutionError IntegrationError MessageCount",
  },
  "AWS/DynamoDB": {
    page: `${docs}amazondynamodb/latest/developerguide/metrics-dimensions.html`,
    metrics:
      "AccountMaxReads AccountMaxTableLevelReads AccountMaxTableLevelWrites AccountMaxWrites AccountProvisionedReadCapacityUtilization AccountProvisionedWriteCapacityUtilization AgeOfOldestUnreplicatedRecord ConditionalCheckFailedRequests ConsumedChangeDataCaptureUnits ConsumedReadCapacityUnits ConsumedWriteCapacityUnits FailedToReplicateRecordCount FaultInjectionServiceInducedErrors MaxProvisionedTableReadCapacityUtilization MaxProvisionedTableWriteCapacityUtilization OnDemandMaxReadRequestUnits OnDemandMaxWriteRequestUnits OnlineIndexConsumedWriteCapacity OnlineIndexPercentageProgress OnlineIndexThrottleEvents PendingReplicationCount ProvisionedReadCapacityUnits ProvisionedWriteCapacityUnits ReadAccountLimitThrottleEvents ReadKeyRangeThroughputThrottleEvents ReadMaxOnDemandThroughputThrottleEvents ReadProvisionedThroughputThrottleEvents ReadThrottleEvents ReplicationLatency ReturnedBytes ReturnedItemCount ReturnedRecordsCount SuccessfulRequestLatency SystemErrors ThrottledPutRecordCount ThrottledRequests TimeToLiveDeletedItemCount TransactionConflict UserErrors WriteAccountLimitThrottleEvents WriteKeyRangeThroughputThrottleEvents WriteMaxOnDemandThroughputThrottleEvents WriteProvisionedThroughputThrottleEvents WriteThrottleEvents",
  },
  "AWS/EventBridge/Pipes": {
    page: `${docs}eventbridge/latest/userguide/eb-pipes-monitoring.html`,
    metrics:
      "Concurrency Duration EnrichmentStageDuration EnrichmentStageFailed EventCount EventSize ExecutionFailed ExecutionPartiallyFailed ExecutionThrottled ExecutionTimeout Invocations TargetStageDuration TargetStageFailed TargetStagePartiallyFailed TargetStageSkipped",
  },
  "AWS/Events": {
    page: `${docs}eventbridge/latest/userguide/eb-monitoring.html`,
    metrics:
      "DeadLetterInvocations Events FailedInvocations IngestionToInvocationCompleteLatency IngestionToInvocationStartLatency IngestiontoInvocationStartLatency IngestionToInvocationSuccessLatency InvocationAttempts Invocations InvocationsCreated InvocationsFailedToBeSentToDlq InvocationsSentToDlq MatchedEvents PutEventsApproximateCallCount PutEventsApproximateFailedCount PutEventsApproximateSuccessCount PutEventsApproximateThrottledCount PutEventsEntriesCount PutEventsFailedEntriesCount PutEventsLatency PutEventsRequestSize PutPartnerEventsApproximateCallCount PutPartnerEventsApproximateFailedCount PutPartnerEventsApproximateSuccessCount PutPartnerEventsApproximateThrottledCount PutPartnerEventsEntriesCount PutPartnerEventsFailedEntriesCount PutPartnerEventsLatency RetryInvocationAttempts SuccessfulInvocationAttempts ThrottledRules TriggeredRules",
  },
  "AWS/Firehose": {
    page: `${docs}firehose/latest/dev/monitoring-with-cloudwatch-metrics.html`,
    metrics:
      "ActivePartitionsLimit BackupToS3.Bytes BackupToS3.DataFreshness BackupToS3.Records BackupToS3.Success BytesPerSecondLimit DataReadFromKinesisStream.Bytes DataReadFromKinesisStream.Records DataReadFromSource.Backpressured DataReadFromSource.Bytes DataReadFromSource.Records DeliveryToAmazonOpenSearchServerless.AuthFailure DeliveryToAmazonOpenSearchServerless.Bytes DeliveryToAmazonOpenSearchServerless.DataFreshness DeliveryToAmazonOpenSearchServerless.DeliveryRejected DeliveryToAmazonOpenSearchServerless.Records DeliveryToAmazonOpenSearchServerless.Success DeliveryToAmazonOpenSearchService.AuthFailure DeliveryToAmazonOpenSearchService.Bytes DeliveryToAmazonOpenSearchService.DataFreshness DeliveryToAmazonOpenSearchService.DeliveryRejected DeliveryToAmazonOpenSearchService.Records DeliveryToAmazonOpenSearchService.Success DeliveryToElasticsearch.Bytes DeliveryToElasticsearch.Records DeliveryToElasticsearch.Success DeliveryToHttpEndpoint.Bytes DeliveryToHttpEndpoint.DataFreshness DeliveryToHttpEndpoint.ProcessedBytes DeliveryToHttpEndpoint.ProcessedRecords DeliveryToHttpEndpoint.Records DeliveryToHttpEndpoint.Success DeliveryToIceberg.Bytes DeliveryToIceberg.CommitDuration DeliveryToIceberg.CommitFailures DeliveryToIceberg.DataFreshness DeliveryToIceberg.FailedRecords DeliveryToIceberg.IncomingRows DeliveryToIceberg.Records DeliveryToIceberg.SuccessfulRows DeliveryToRedshift.Bytes DeliveryToRedshift.Records DeliveryToRedshift.Success DeliveryToS3.Bytes DeliveryToS3.DataFreshness DeliveryToS3.ObjectCount DeliveryToS3.Records DeliveryToS3.Success DeliveryToSnowflake.Bytes DeliveryToSnowflake.DataCommitLatency DeliveryToSnowflake.DataFreshness DeliveryToSnowflake.Records DeliveryToSnowflake.Success DeliveryToSplunk.Bytes DeliveryToSplunk.DataAckLatency DeliveryToSplunk.DataFreshness DeliveryToSplunk.Records DeliveryToSplunk.Success DescribeDeliveryStream.Latency DescribeDeliveryStream.Requests ExecuteProcessing.Duration ExecuteProcessing.Success FailedConversion.Bytes FailedConversion.Records FailedValidation.Bytes FailedValidation.Records IncomingBytes IncomingPutRequests IncomingRecords JQProcessing.Duration KMSKeyAccessDenied KMSKeyDisabled KMSKeyInvalidState KMSKeyNotFound KafkaOffsetLag KinesisMillisBehindLatest ListDeliveryStreams.Latency ListDeliveryStreams.Requests PartitionCount PartitionCountExceeded PerPartitionThroughput PutRecord.Bytes PutRecord.Latency PutRecord.Requests PutRecordBatch.Bytes PutRecordBatch.Latency PutRecordBatch.Records PutRecordBatch.Requests PutRequestsPerSecondLimit RecordsPerSecondLimit ResourceCount SourceThrottled.Delay SucceedConversion.Bytes SucceedConversion.Records SucceedProcessing.Bytes SucceedProcessing.Records ThrottledDescribeStream ThrottledGetRecords ThrottledGetShardIterator ThrottledRecords UpdateDeliveryStream.Latency UpdateDeliveryStream.Requests",
  },
  "AWS/IoT": {
    page: `${docs}iot/latest/developerguide/metrics_dimensions.html`,
    metrics:
      "AddThingToDynamicThingGroupsFailed ApproximateNumberOfThingsRegistered CanceledJobExecutionCount CanceledJobExecutionTotalCount ClientErrorCount Connect.AuthError Connect.ClientError Connect.ClientIDThrottle Connect.ServerError Connect.Success Connect.Throttle Connection.AuthNError CreateKeysAndCertificateFailed CredentialExchangeSuccess DeleteThingShadow.Accepted ErrorActionFailure ErrorActionSuccess FailedJobExecutionCount FailedJobExecutionTotalCount Failure GetThingShadow.Accepted HttpCode_4XX HttpCode_5XX HttpCode_Other HttpInvalidUrl HttpRequestTimeout HttpUnknownHost InProgressJobExecutionCount InProgressJobExecutionTotalCount NonCompliantResources NumLogBatchesFailedToPublishThrottled NumLogEventsFailedToPublishThrottled NumOfMetricsExported NumOfMetricsSkipped ParseError Ping.Success ProvisionThing.ClientError ProvisionThing.ServerError ProvisionThing.Success PublishIn.AuthError PublishIn.ClientError PublishIn.ServerError PublishIn.Success PublishIn.Throttle PublishOut.AuthError PublishOut.ClientError PublishOut.Success PublishOut.Throttle PublishRetained.AuthError PublishRetained.ServerError PublishRetained.Success PublishRetained.Throttle QueuedJobExecutionCount QueuedJobExecutionTotalCount RegisterThingFailed RejectedJobExecutionCount RejectedJobExecutionTotalCount RemovedJobExecutionCount RemovedJobExecutionTotalCount ResourcesEvaluated RetrieveOCSPStapleData.Success RuleMessageThrottled RuleNotFound RulesExecuted ServerErrorCount Subscribe.AuthError Subscribe.ClientError Subscribe.ServerError Subscribe.Success Subscribe.Throttle SuccededJobExecutionCount SuccededJobExecutionTotalCount Success TopicMatch Unsubscribe.ClientError Unsubscribe.ServerError Unsubscribe.Success Unsubscribe.Throttle UpdateThingShadow.Accepted Violations ViolationsCleared ViolationsInvalidated",
  },
  "AWS/Kinesis": {
    page: `${docs}streams/latest/dev/monitoring-with-cloudwatch.html`,
    metrics:
      "GetRecords.Bytes GetRecords.IteratorAge GetRecords.IteratorAgeMilliseconds GetRecords.Latency GetRecords.Records GetRecords.Success IncomingBytes IncomingRecords IteratorAgeMilliseconds OutgoingBytes OutgoingRecords PutRecord.Bytes PutRecord.Latency PutRecord.Success PutRecords.Bytes PutRecords.FailedRecords PutRecords.Latency PutRecords.Records PutRecords.Success PutRecords.SuccessfulRecords PutRecords.ThrottledRecords PutRecords.TotalRecords ReadProvisionedThroughputExceeded SubscribeToShard.RateExceeded SubscribeToShard.Success SubscribeToShardEvent.Bytes SubscribeToShardEvent.MillisBehindLatest SubscribeToShardEvent.Records SubscribeToShardEvent.Success WriteProvisionedThroughputExceeded",
  },
  "AWS/KinesisAnalytics": {
    page: `${docs}managed-flink/latest/java/metrics-dimensions.html`,
    metrics:
      "KPUs backPressuredTimeMsPerSecond busyTimeMsPerSecond bytes_consumed_rate commitsFailed commitsSucceeded committedoffsets containerCPUUtilization containerDiskUtilization containerMemoryUtilization cpuUtilization currentInputWatermark currentOutputWatermark currentoffsets downtime fullRestarts heapMemoryUtilization idleTimeMsPerSecond lastCheckpointDuration lastCheckpointSize managedMemoryTotal managedMemoryUsed managedMemoryUtilization millisBehindLatest numLateRecordsDropped numRecordsIn numRecordsInPerSecond numRecordsOut numRecordsOutPerSecond numRestarts numberOfFailedCheckpoints oldGenerationGCCount oldGenerationGCTime records_lag_max threadsCount uptime zeppelinCpuUtilization zeppelinHeapMemoryUtilization zeppelinServerUptime zeppelinThreadCount zeppelinWaitingJobs",
  },
  "AWS/Lambda": {
    page: `${docs}lambda/latest/dg/monitoring-metrics-types.html`,
    metrics:
      "AsyncEventAge AsyncEventsDropped AsyncEventsReceived ClaimedAccountConcurrency ConcurrentExecutions DeadLetterErrors DeletedEventCount DestinationDeliveryFailures DroppedEventCount Duration Errors FailedInvokeEventCount FilteredOutEventCount Invocations InvokedEventCount IteratorAge OffsetLag OnFailureDestinationDeliveredEventCount OversizedRecordCount PolledEventCount PostRuntimeExtensionsDuration ProvisionedConcurrencyInvocations ProvisionedConcurrencySpilloverInvocations ProvisionedConcurrencyUtilization ProvisionedConcurrentExecutions ProvisionedPollers RecursiveInvocationsDropped SignatureValidationErrors Throttles UnreservedConcurrentExecutions Url4xxCount Url5xxCount UrlRequestCount UrlRequestLatency",
  },
  "AWS/SNS": {
    page: `${docs}sns/latest/dg/sns-monitoring-using-cloudwatch.html`,
    metrics:
      "NumberOfMessagesPublished NumberOfNotificationsDelivered NumberOfNotificationsFailed NumberOfNotificationsFailedToRedriveToDlq NumberOfNotificationsFilteredOut NumberOfNotificationsFilteredOut-InvalidAttributes NumberOfNotificationsFilteredOut-InvalidMessageBody NumberOfNotificationsFilteredOut-MessageAttributes NumberOfNotificationsFilteredOut-MessageBody NumberOfNotificationsFilteredOut-NoMessageAttributes NumberOfNotificationsRedrivenToDlq PublishSize SMSMonthToDateSpentUSD SMSSuccessRate",
  },
  "AWS/SQS": {
    page: `${docs}AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html`,
    metrics:
      "ApproximateAgeOfOldestMessage ApproximateAgeOfOldestMessageInQuietGroups ApproximateNumberOfGroupsWithInflightMessages ApproximateNumberOfMessagesDelayed ApproximateNumberOfMessagesDelayedInQuietGroups ApproximateNumberOfMessagesNotVisible ApproximateNumberOfMessagesNotVisibleInQuietGroups ApproximateNumberOfMessagesVisible ApproximateNumberOfMessagesVisibleInQuietGroups ApproximateNumberOfNoisyGroups NumberOfDeduplicatedSentMessages NumberOfEmptyReceives NumberOfMessagesDeleted NumberOfMessagesReceived NumberOfMessagesSent SentMessageSize",
  },
  "AWS/Scheduler": {
    page: `${docs}scheduler/latest/UserGuide/monitoring-cloudwatch.html`,
    metrics:
      "InvocationAttemptCount InvocationDroppedCount InvocationThrottleCount InvocationsFailedToBeSentToDeadLetterCount InvocationsSentToDeadLetterCount InvocationsSentToDeadLetterCount_Truncated_MessageSizeExceeded TargetErrorCount TargetErrorThrottledCount",
  },
  "AWS/States": {
    page: `${docs}step-functions/latest/dg/procedure-cw-metrics.html`,
    metrics:
      "ActivitiesFailed ActivitiesHeartbeatTimedOut ActivitiesScheduled ActivitiesStarted ActivitiesSucceeded ActivitiesTimedOut ActivityRunTime ActivityScheduleTime ActivityTime AliasCount ConsumedCapacity ExecutionThrottled ExecutionTime ExecutionsAborted ExecutionsFailed ExecutionsRedriven ExecutionsStarted ExecutionsSucceeded ExecutionsTimedOut ExpressExecutionBilledDuration ExpressExecutionBilledMemory ExpressExecutionMemory LambdaFunctionRunTime LambdaFunctionScheduleTime LambdaFunctionTime LambdaFunctionsFailed LambdaFunctionsScheduled LambdaFunctionsStarted LambdaFunctionsSucceeded LambdaFunctionsTimedOut OpenExecutionCount OpenExecutionLimit OpenMapRunLimit ProvisionedBucketSize ProvisionedRefillRate RedrivenExecutionsAborted RedrivenExecutionsFailed RedrivenExecutionsSucceeded RedrivenExecutionsTimedOut ServiceIntegrationRunTime ServiceIntegrationScheduleTime ServiceIntegrationTime ServiceIntegrationsFailed ServiceIntegrationsScheduled ServiceIntegrationsStarted ServiceIntegrationsSucceeded ServiceIntegrationsTimedOut ThrottledEvents VersionCount",
  },
};

const listed = new Map(
  Object.entries(names).map(([namespace, { metrics }]) => [namespace, metrics.split(" ")]),
);

/** The probable intent of an alarm on a metric that its namespace does not contain. */
export type Misnamed =
  | { kind: "mistyped"; meant: string; page: string }
  /** True if the metric is not listed and resembles no listed metric. */
  | { kind: "unlisted"; page: string };

/** Returns undefined if the namespace contains the metric, or if the namespace is not listed here. */
export function misnamedMetric(namespace: string, metric: string): Misnamed | undefined {
  const metrics = listed.get(namespace);
  const page = names[namespace]?.page;
  if (!metrics || page === undefined || metrics.includes(metric)) return undefined;
  const meant = nearest(metric, metrics);
  return meant === undefined ? { kind: "unlisted", page } : { kind: "mistyped", meant, page };
}

/**
 * The other namespaces in which AWS services emit metrics.
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/aws-services-cloudwatch-metrics.html
 */
const others =
  "AOSS ACMPrivateCA AmplifyHosting AmazonMQ AppFlow AppRunner AppStream AppSync ApplicationELB Athena AutoScaling Backup Batch Bedrock Billing Cassandra CertificateManager Chatbot ClientVPN CloudFront CloudHSM CloudSearch CloudTrail CodeBuild Cognito Connect DAX DMS DataSync DDoSProtection DSQL DX DirectConnect DirectoryService DocDB EBS EC2 EC2/API EC2CapacityReservations EC2Spot ECR ECS EFS EKS ElastiCache ElasticBeanstalk ElasticGPUs ElasticInference ElasticMapReduce ElasticTranscoder ELB EMRServerless ES FSx GameLift GatewayELB GlobalAccelerator Glue Grafana GroundStation HealthLake Inspector IoTAnalytics IoTFleetWise IoTSiteWise IoTTwinMaker IPAM IVS Kafka KafkaConnect Kendra KinesisVideo KMS Lex Location Logs MediaConnect MediaConvert MediaLive MediaPackage MediaStore MediaTailor MemoryDB MWAA NATGateway Neptune NetworkELB NetworkFirewall NetworkManager NetworkMonitor OpsWorks Polly Prometheus PrivateLinkEndpoints PrivateLinkServices QLDB QuickSight RDS Redshift Redshift-Serverless Rekognition Robomaker Route53 Route53Resolver RUM S3 S3/Storage-Lens SageMaker SES ServiceCatalog Signin SSM SSM-RunCommand StorageGateway Textract Timestream Transfer TransitGateway Translate TrustedAdvisor Usage VpcLattice VPN WAFV2 WorkMail WorkSpaces";

const namespaces = [
  ...listed.keys(),
  ...others.split(" ").map((name) => `AWS/${name}`),
  "AWS/Sagemaker/ModelBuildingPipeline",
  "AWS/Timestream/InfluxDB",
  "ECS/ContainerInsights",
];

/** Names of services that are not namespaces, in lowercase, and the namespaces in which these services emit their metrics. */
const ofServices: Readonly<Record<string, string>> = {
  "aws/apigatewayv2": "AWS/ApiGateway",
  "aws/cloudwatchevents": "AWS/Events",
  "aws/eventbridge": "AWS/Events",
  "aws/eventbridge/scheduler": "AWS/Scheduler",
  "aws/eventbridgescheduler": "AWS/Scheduler",
  "aws/flink": "AWS/KinesisAnalytics",
  "aws/iotcore": "AWS/IoT",
  "aws/kinesisdatastreams": "AWS/Kinesis",
  "aws/kinesisfirehose": "AWS/Firehose",
  "aws/kinesisstreams": "AWS/Kinesis",
  "aws/pipes": "AWS/EventBridge/Pipes",
  "aws/sfn": "AWS/States",
  "aws/stepfunctions": "AWS/States",
};

/** The AWS namespace that a misspelled namespace resembles; undefined if the namespace may exist or is a custom namespace. */
export function meantNamespace(given: string): string | undefined {
  if (namespaces.includes(given)) return undefined;
  const lower = given.trim().toLowerCase();
  const named = namespaces.find((known) => known.toLowerCase() === lower);
  if (named !== undefined || !/^aws\//.test(lower)) return named;
  return (
    (Object.hasOwn(ofServices, lower) ? ofServices[lower] : undefined) ??
    // Some short names, such as AWS/DX and AWS/DAX, differ by only one letter.
    namespaces.find(
      (known) => known.length >= "AWS/Lambda".length && distance(known.toLowerCase(), lower) === 1,
    )
  );
}

/** The known name that is most similar to a mistyped name; undefined if none is similar. */
function nearest(given: string, known: readonly string[]): string | undefined {
  const apart = known
    .map((name) => [name, distance(name.toLowerCase(), given.toLowerCase())] as const)
    .sort(([, a], [, b]) => a - b);
  const [name, letters] = apart[0] ?? [];
  return name !== undefined && letters !== undefined && letters <= name.length * 0.4
    ? name
    : undefined;
}

/** The number of insertions, deletions and substitutions that convert one string to the other. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1)
      next.push(
        Math.min(
          (row[j] ?? 0) + 1,
          (next[j - 1] ?? 0) + 1,
          (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1),
        ),
      );
    row = next;
  }
  return row[b.length] ?? 0;
}
