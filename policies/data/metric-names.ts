/** The metrics of a namespace, as its documentation page lists them. */
interface MetricNames {
  page: string;
  /** The names, with a space between two. */
  metrics: string;
}

const docs = "https://docs.aws.amazon.com/";

/**
 * All metrics of the services that this pack supports, by namespace. A metric that is not listed may be new, so the pack does not decide
 * about it unless its name resembles a listed metric.
 */
export const metricNames: Readonly<Record<string, MetricNames>> = {
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

/**
 * The other namespaces in which AWS services emit metrics, with a space between two.
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/aws-services-cloudwatch-metrics.html
 */
export const otherNamespaces =
  "AWS/AOSS AWS/ACMPrivateCA AWS/AmplifyHosting AWS/AmazonMQ AWS/AppFlow AWS/AppRunner AWS/AppStream AWS/AppSync AWS/ApplicationELB AWS/Athena AWS/AutoScaling AWS/Backup AWS/Batch AWS/Bedrock AWS/Billing AWS/Cassandra AWS/CertificateManager AWS/Chatbot AWS/ClientVPN AWS/CloudFront AWS/CloudHSM AWS/CloudSearch AWS/CloudTrail AWS/CodeBuild AWS/Cognito AWS/Connect AWS/DAX AWS/DMS AWS/DataSync AWS/DDoSProtection AWS/DSQL AWS/DX AWS/DirectConnect AWS/DirectoryService AWS/DocDB AWS/EBS AWS/EC2 AWS/EC2/API AWS/EC2CapacityReservations AWS/EC2Spot AWS/ECR AWS/ECS AWS/EFS AWS/EKS AWS/ElastiCache AWS/ElasticBeanstalk AWS/ElasticGPUs AWS/ElasticInference AWS/ElasticMapReduce AWS/ElasticTranscoder AWS/ELB AWS/EMRServerless AWS/ES AWS/FSx AWS/GameLift AWS/GatewayELB AWS/GlobalAccelerator AWS/Glue AWS/Grafana AWS/GroundStation AWS/HealthLake AWS/Inspector AWS/IoTAnalytics AWS/IoTFleetWise AWS/IoTSiteWise AWS/IoTTwinMaker AWS/IPAM AWS/IVS AWS/Kafka AWS/KafkaConnect AWS/Kendra AWS/KinesisVideo AWS/KMS AWS/Lex AWS/Location AWS/Logs AWS/MediaConnect AWS/MediaConvert AWS/MediaLive AWS/MediaPackage AWS/MediaStore AWS/MediaTailor AWS/MemoryDB AWS/MWAA AWS/NATGateway AWS/Neptune AWS/NetworkELB AWS/NetworkFirewall AWS/NetworkManager AWS/NetworkMonitor AWS/OpsWorks AWS/Polly AWS/Prometheus AWS/PrivateLinkEndpoints AWS/PrivateLinkServices AWS/QLDB AWS/QuickSight AWS/RDS AWS/Redshift AWS/Redshift-Serverless AWS/Rekognition AWS/Robomaker AWS/Route53 AWS/Route53Resolver AWS/RUM AWS/S3 AWS/S3/Storage-Lens AWS/SageMaker AWS/SES AWS/ServiceCatalog AWS/Signin AWS/SSM AWS/SSM-RunCommand AWS/StorageGateway AWS/Textract AWS/Timestream AWS/Transfer AWS/TransitGateway AWS/Translate AWS/TrustedAdvisor AWS/Usage AWS/VpcLattice AWS/VPN AWS/WAFV2 AWS/WorkMail AWS/WorkSpaces AWS/Sagemaker/ModelBuildingPipeline AWS/Timestream/InfluxDB ECS/ContainerInsights";

/** Names of services that are not namespaces, in lowercase, and the namespaces in which these services emit their metrics. */
export const namespacesOfServices: Readonly<Record<string, string>> = {
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
