/** Every rule of the pack, once, in the order in which the pack reports violations. This module exports only rules. */

// Least privilege.
export { forbidPublicDatabases } from "./rules/aws/forbid-public-databases";
export { forbidPublicAddresses } from "./rules/ecs/forbid-public-addresses";
export { requireOwnRoles } from "./rules/ecs/require-own-roles";
export { forbidDeadConditions } from "./rules/iam/forbid-dead-conditions";
export { forbidEscalation } from "./rules/iam/forbid-escalation";
export { forbidManagedPolicies } from "./rules/iam/forbid-managed-policies";
export { forbidMismatchedResources } from "./rules/iam/forbid-mismatched-resources";
export { forbidNotElements } from "./rules/iam/forbid-not-elements";
export { forbidOrphans } from "./rules/iam/forbid-orphans";
export { forbidSharing } from "./rules/iam/forbid-sharing";
export { forbidUnknownActions } from "./rules/iam/forbid-unknown-actions";
export { forbidUnknownConditionKeys } from "./rules/iam/forbid-unknown-condition-keys";
export { forbidUnusedAdmissions } from "./rules/iam/forbid-unused-admissions";
export { forbidWideningSiblings } from "./rules/iam/forbid-widening-siblings";
export { forbidWildcardActions } from "./rules/iam/forbid-wildcard-actions";
export { forbidWildcardResources } from "./rules/iam/forbid-wildcard-resources";
export { requireExactPassedRole } from "./rules/iam/require-exact-passed-role";
export { requireExactPrincipals } from "./rules/iam/require-exact-principals";
export { requireMatchingSource } from "./rules/iam/require-matching-source";
export { requireNarrowingConditions } from "./rules/iam/require-narrowing-conditions";
export { requireSentKeys } from "./rules/iam/require-sent-keys";
export { requireTrustConditions } from "./rules/iam/require-trust-conditions";
export { requireExactTopics } from "./rules/iot/require-exact-topics";
export { requireOwnResources } from "./rules/iot/require-own-resources";
export { requireOwnThing } from "./rules/iot/require-own-thing";
export { requirePermissionSource } from "./rules/lambda/require-permission-source";
export { requirePublicAccessBlock } from "./rules/s3/require-public-access-block";
export { requireRedriveAllowPolicy } from "./rules/sqs/require-redrive-allow-policy";

// Failure paths.
export { requireRecovery } from "./rules/dynamodb/require-recovery";
export { requireCircuitBreaker } from "./rules/ecs/require-circuit-breaker";
export { requireTargetDeadLetterQueue } from "./rules/events/require-dead-letter-queue";
export { requireTargetRetryPolicy } from "./rules/events/require-retry-policy";
export { requireBackup } from "./rules/firehose/require-backup";
export { requireDelivery } from "./rules/iam/require-delivery";
export { requireErrorAction } from "./rules/iot/require-error-action";
export { requireStreamRetention } from "./rules/kinesis/require-retention";
export { requireAsynchronousFailurePath } from "./rules/lambda/require-asynchronous-failure-path";
export { requirePartialResponse } from "./rules/lambda/require-partial-response";
export { requireStreamFailurePath } from "./rules/lambda/require-stream-failure-path";
export { requirePipeFailurePath } from "./rules/pipes/require-failure-path";
export { requireScheduleDeadLetterQueue } from "./rules/scheduler/require-dead-letter-queue";
export { limitDuration } from "./rules/sfn/limit-duration";
export { requireCatch } from "./rules/sfn/require-catch";
export { requireSubscriptionRedrive } from "./rules/sns/require-redrive";
export { forbidRedriveCycles } from "./rules/sqs/forbid-redrive-cycles";
export { requireLongRetention } from "./rules/sqs/require-long-retention";
export { requireMatchingKind } from "./rules/sqs/require-matching-kind";
export { requireRedrive } from "./rules/sqs/require-redrive";
export { requireVisibilityTimeout } from "./rules/sqs/require-visibility-timeout";

// Monitoring.
export { forbidEmptyRecovery } from "./rules/cloudwatch/forbid-empty-recovery";
export { requireEmittedDimensions } from "./rules/cloudwatch/require-emitted-dimensions";
export { requireFailureAlarms } from "./rules/cloudwatch/require-failure-alarms";
export { requireReachableTarget } from "./rules/cloudwatch/require-reachable-target";
export { requireBreachingAlarm } from "./rules/ecs/require-breaching-alarm";
export { requireLogConfiguration } from "./rules/ecs/require-log-configuration";
export { requireStandstillAlarm } from "./rules/lambda/require-standstill-alarm";
export { forbidTestMessages } from "./rules/s3/forbid-test-messages";
export { requireAgeAlarm } from "./rules/sqs/require-age-alarm";
export { requireArrivalsAlarm } from "./rules/sqs/require-arrivals-alarm";
export { requireDepthAlarm } from "./rules/sqs/require-depth-alarm";

// Encryption.
export { forbidSecrets } from "./rules/aws/forbid-secrets";
export { requireHttps } from "./rules/cloudfront/require-https";
export { requireCurrentTls } from "./rules/cloudfront/require-current-tls";
export { requireTls } from "./rules/aws/require-tls";
export { requireManagedPassword } from "./rules/redshift/require-managed-password";
export { requireStreamEncryption } from "./rules/kinesis/require-encryption";
export { forbidSlowConditions } from "./rules/kms/forbid-slow-conditions";
export { requireRotation } from "./rules/kms/require-rotation";
export { requireTopicEncryption } from "./rules/sns/require-encryption";
export { requireEncryption } from "./rules/sqs/require-encryption";

// Validation.
export { requirePreflight } from "./rules/apigatewayv2/require-preflight";
export { forbidMisplacedArnParts } from "./rules/aws/forbid-misplaced-arn-parts";
export { forbidHttp3WithCertificates } from "./rules/cloudfront/forbid-http3-with-certificates";
export { requireAdmission } from "./rules/cloudfront/require-admission";
export { requireNumberedVersion } from "./rules/cloudfront/require-numbered-version";
export { requireEdgePrincipals } from "./rules/iam/require-edge-principals";
export { requireEdgeSupport } from "./rules/lambda/require-edge-support";
export { requireRegionInName } from "./rules/aws/require-region-in-name";
export { requirePinnedImages } from "./rules/ecs/require-pinned-images";
export { requireValidConversion } from "./rules/firehose/require-valid-conversion";
export { requireCompleteProjection } from "./rules/glue/require-complete-projection";
export { requireValidDashboard } from "./rules/cloudwatch/require-valid-dashboard";
export { requirePermission } from "./rules/iam/require-permission";
export { requireKnownDeliverer } from "./rules/iam/require-known-deliverer";
export { requireReadableDocument } from "./rules/iam/require-readable-document";
export { requireUserPermission } from "./rules/sqs/require-user-permission";
export { requireRolePermissions } from "./rules/pipes/require-role-permissions";
export { requireValidSql } from "./rules/iot/require-valid-sql";
export { requireCurrentSqlVersion } from "./rules/iot/require-current-sql-version";
export { forbidDoubtfulSql } from "./rules/iot/forbid-doubtful-sql";

// Scalability.
export { requireOnDemandTable } from "./rules/dynamodb/require-on-demand";
export { requirePartitionKey } from "./rules/iot/require-partition-key";
export { requireOnDemandStream } from "./rules/kinesis/require-on-demand";
export { requireConcurrencyCap } from "./rules/lambda/require-concurrency-cap";

// Cost.
export { requireScanLimit } from "./rules/athena/require-scan-limit";
export { limitIdleCost } from "./rules/aws/limit-idle-cost";
export { requireMaxCapacity } from "./rules/redshift/require-max-capacity";
export { requireUsageLimit } from "./rules/redshift/require-usage-limit";
export { requireBuffer } from "./rules/firehose/require-buffer";
export { requireLogRetention } from "./rules/cloudwatch/require-log-retention";
export { requireVersionExpiry } from "./rules/s3/require-version-expiry";
export { requireBatches } from "./rules/lambda/require-batches";
export { requireLogGroup } from "./rules/lambda/require-log-group";

// Lifecycle.
export { forbidEndedServices } from "./rules/aws/forbid-ended-services";
export { forbidEndingRuntimes } from "./rules/lambda/forbid-ending-runtimes";
export { requireAccountName } from "./rules/aws/require-account-name";

// Documentation.
export { requireDescription } from "./rules/aws/require-description";
export { requireTags } from "./rules/aws/require-tags";
