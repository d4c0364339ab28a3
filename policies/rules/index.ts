import type { Rule } from "../rule";
import { forbidEndedServices } from "./aws/forbid-ended-services";
import { forbidMisplacedArnParts } from "./aws/forbid-misplaced-arn-parts";
import { forbidSecrets } from "./aws/forbid-secrets";
import { requireDescription } from "./aws/require-description";
import { requireTags } from "./aws/require-tags";
import { requireTls } from "./aws/require-tls";
import { requireEmittedDimensions } from "./cloudwatch/require-emitted-dimensions";
import { requireFailureAlarms } from "./cloudwatch/require-failure-alarms";
import { requireLogRetention } from "./cloudwatch/require-log-retention";
import { requireReachableTarget } from "./cloudwatch/require-reachable-target";
import { requireValidDashboard } from "./cloudwatch/require-valid-dashboard";
import { requireOnDemandTable } from "./dynamodb/require-on-demand";
import { requireRecovery } from "./dynamodb/require-recovery";
import { requireTargetDeadLetterQueue } from "./events/require-dead-letter-queue";
import { requireTargetRetryPolicy } from "./events/require-retry-policy";
import { requireBackup } from "./firehose/require-backup";
import { requireBuffer } from "./firehose/require-buffer";
import { forbidDeadConditions } from "./iam/forbid-dead-conditions";
import { forbidEscalation } from "./iam/forbid-escalation";
import { forbidManagedPolicies } from "./iam/forbid-managed-policies";
import { forbidMismatchedResources } from "./iam/forbid-mismatched-resources";
import { forbidNotElements } from "./iam/forbid-not-elements";
import { forbidOrphans } from "./iam/forbid-orphans";
import { forbidSharing } from "./iam/forbid-sharing";
import { forbidUnknownActions } from "./iam/forbid-unknown-actions";
import { forbidUnknownConditionKeys } from "./iam/forbid-unknown-condition-keys";
import { forbidUnusedAdmissions } from "./iam/forbid-unused-admissions";
import { forbidWideningSiblings } from "./iam/forbid-widening-siblings";
import { forbidWildcardActions } from "./iam/forbid-wildcard-actions";
import { forbidWildcardResources } from "./iam/forbid-wildcard-resources";
import { requireDelivery } from "./iam/require-delivery";
import { requireExactPassedRole } from "./iam/require-exact-passed-role";
import { requireExactPrincipals } from "./iam/require-exact-principals";
import { requireKnownDeliverer } from "./iam/require-known-deliverer";
import { requireMatchingSource } from "./iam/require-matching-source";
import { requireNarrowingConditions } from "./iam/require-narrowing-conditions";
import { requirePermission } from "./iam/require-permission";
import { requireReadableDocument } from "./iam/require-readable-document";
import { requireTrustConditions } from "./iam/require-trust-conditions";
import { forbidDoubtfulSql } from "./iot/forbid-doubtful-sql";
import { requireCurrentSqlVersion } from "./iot/require-current-sql-version";
import { requireErrorAction } from "./iot/require-error-action";
import { requireOwnThing } from "./iot/require-own-thing";
import { requirePartitionKey } from "./iot/require-partition-key";
import { requireValidSql } from "./iot/require-valid-sql";
import { requireStreamEncryption } from "./kinesis/require-encryption";
import { requireOnDemandStream } from "./kinesis/require-on-demand";
import { requireRotation } from "./kms/require-rotation";
import { forbidEndingRuntimes } from "./lambda/forbid-ending-runtimes";
import { requireAsynchronousFailurePath } from "./lambda/require-asynchronous-failure-path";
import { requireBatches } from "./lambda/require-batches";
import { requireConcurrencyCap } from "./lambda/require-concurrency-cap";
import { requireLogGroup } from "./lambda/require-log-group";
import { requirePartialResponse } from "./lambda/require-partial-response";
import { requirePermissionSource } from "./lambda/require-permission-source";
import { requireStreamFailurePath } from "./lambda/require-stream-failure-path";
import { requirePipeFailurePath } from "./pipes/require-failure-path";
import { requirePublicAccessBlock } from "./s3/require-public-access-block";
import { requireScheduleDeadLetterQueue } from "./scheduler/require-dead-letter-queue";
import { requireCatch } from "./sfn/require-catch";
import { requireTopicEncryption } from "./sns/require-encryption";
import { requireSubscriptionRedrive } from "./sns/require-redrive";
import { forbidRedriveCycles } from "./sqs/forbid-redrive-cycles";
import { requireDepthAlarm } from "./sqs/require-depth-alarm";
import { requireEncryption } from "./sqs/require-encryption";
import { requireLongRetention } from "./sqs/require-long-retention";
import { requireMatchingKind } from "./sqs/require-matching-kind";
import { requireRedrive } from "./sqs/require-redrive";
import { requireRedriveAllowPolicy } from "./sqs/require-redrive-allow-policy";
import { requireVisibilityTimeout } from "./sqs/require-visibility-timeout";

/** Every rule of the pack, in the order in which their violations are reported. */
export const rules: readonly Rule[] = [
  // Least privilege.
  forbidDeadConditions,
  forbidEscalation,
  forbidManagedPolicies,
  forbidMismatchedResources,
  forbidNotElements,
  forbidOrphans,
  forbidSharing,
  forbidUnknownActions,
  forbidUnknownConditionKeys,
  forbidUnusedAdmissions,
  forbidWideningSiblings,
  forbidWildcardActions,
  forbidWildcardResources,
  requireExactPassedRole,
  requireExactPrincipals,
  requireMatchingSource,
  requireNarrowingConditions,
  requireTrustConditions,
  requireOwnThing,
  requirePermissionSource,
  requirePublicAccessBlock,
  requireRedriveAllowPolicy,
  // Failure paths.
  requireRecovery,
  requireTargetDeadLetterQueue,
  requireTargetRetryPolicy,
  requireBackup,
  requireDelivery,
  requireErrorAction,
  requireAsynchronousFailurePath,
  requirePartialResponse,
  requireStreamFailurePath,
  requirePipeFailurePath,
  requireScheduleDeadLetterQueue,
  requireCatch,
  requireSubscriptionRedrive,
  forbidRedriveCycles,
  requireLongRetention,
  requireMatchingKind,
  requireRedrive,
  requireVisibilityTimeout,
  // Monitoring.
  requireEmittedDimensions,
  requireFailureAlarms,
  requireReachableTarget,
  requireDepthAlarm,
  // Encryption.
  forbidSecrets,
  requireTls,
  requireStreamEncryption,
  requireRotation,
  requireTopicEncryption,
  requireEncryption,
  // Validation.
  forbidMisplacedArnParts,
  requireValidDashboard,
  requirePermission,
  requireKnownDeliverer,
  requireReadableDocument,
  requireValidSql,
  requireCurrentSqlVersion,
  forbidDoubtfulSql,
  // Scalability.
  requireOnDemandTable,
  requirePartitionKey,
  requireOnDemandStream,
  requireConcurrencyCap,
  // Cost.
  requireBuffer,
  requireLogRetention,
  requireBatches,
  requireLogGroup,
  // Lifecycle.
  forbidEndedServices,
  forbidEndingRuntimes,
  // Documentation.
  requireDescription,
  requireTags,
];
