import { permission, without, having } from "./breaking";
import { type Breaker } from "../sabotage";

export const ofStores: Breaker[] = [
  having("aws:kinesis/stream:Stream", "retentionPeriod", 24, ["kinesis-stream-require-retention"]),
  {
    what: "names the failures queue itself",
    type: "aws:s3/bucketNotification:BucketNotification",
    change: (inputs) => ({
      ...inputs,
      eventbridge: false,
      queues: [
        {
          queueArn:
            "arn:aws:sqs:eu-central-1:123456789012:iot-integrations-test-telemetry-failures",
          events: ["s3:ObjectCreated:*"],
        },
      ],
    }),
    rules: ["s3-notification-forbid-test-messages"],
    also: [permission],
  },
  without("aws:kinesis/stream:Stream", "encryptionType", ["kinesis-stream-require-encryption"]),
  without("aws:kinesis/stream:Stream", "streamModeDetails", ["kinesis-stream-require-on-demand"]),
  without("aws:dynamodb/table:Table", "billingMode", ["dynamodb-table-require-on-demand"]),
  without("aws:dynamodb/table:Table", "pointInTimeRecovery", ["dynamodb-table-require-recovery"]),
  having("aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock", "restrictPublicBuckets", false, [
    "s3-bucket-require-public-access-block",
  ]),
  {
    what: "keeps every earlier version",
    type: "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
    change: ({ rules, ...inputs }) =>
      JSON.stringify(rules).includes("noncurrentVersionExpiration")
        ? { ...inputs, rules: [{ id: "expire", status: "Enabled", expiration: { days: 30 } }] }
        : undefined,
    rules: ["s3-bucket-require-version-expiry"],
  },
  {
    what: "buffers 5 MiB",
    type: "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream",
    // Streams that convert nothing may have a smaller buffer.
    change: ({ extendedS3Configuration: s3, ...inputs }) =>
      Object.hasOwn((s3 as object | undefined) ?? {}, "dataFormatConversionConfiguration")
        ? { ...inputs, extendedS3Configuration: { ...(s3 as object), bufferingSize: 5 } }
        : undefined,
    rules: ["firehose-stream-require-valid-conversion"],
  },
  {
    what: "has no projection of its key",
    type: "aws:glue/catalogTable:CatalogTable",
    change: (inputs) => ({ ...inputs, parameters: { "projection.enabled": "true" } }),
    rules: ["glue-table-require-complete-projection"],
  },
  without("aws:athena/workgroup:Workgroup", "configuration", [
    "athena-workgroup-require-scan-limit",
  ]),
  without("aws:redshiftserverless/workgroup:Workgroup", "maxCapacity", [
    "redshift-workgroup-require-max-capacity",
  ]),
  ...[
    "aws:redshiftserverless/workgroup:Workgroup",
    "aws:timestreaminfluxdb/dbCluster:DbCluster",
  ].map((type) => having(type, "publiclyAccessible", true, ["aws-database-forbid-public-access"])),
  without("aws:redshiftserverless/namespace:Namespace", "manageAdminPassword", [
    "redshift-namespace-require-managed-password",
  ]),
  having("aws:redshiftserverless/usageLimit:UsageLimit", "breachAction", "log", [
    "redshift-workgroup-require-usage-limit",
  ]),
  {
    what: "is not there",
    type: "aws:redshiftserverless/usageLimit:UsageLimit",
    change: () => "gone",
    rules: ["redshift-workgroup-require-usage-limit"],
  },
  {
    what: "is not there",
    type: "aws:s3/bucketPolicy:BucketPolicy",
    change: () => "gone",
    rules: ["aws-resource-require-tls"],
  },
];
