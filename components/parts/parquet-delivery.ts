import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { arrivalDate } from "../../reading/lake";
import { alarm, type AlarmTarget } from "./alarm";
import type { LambdaConsumer } from "./lambda-consumer";
import type { LakeTable } from "./lake/lake-table";
import { logGroup, logGroupName } from "./log-group";
import { arn, physicalName, type Arn } from "./names";
import { allow, type Statement } from "./policy-document";
import type { PrivateBucket } from "./private-bucket";
import { Role } from "./role";

export interface ParquetDeliveryArgs {
  bucket: PrivateBucket;
  /** The prefixes of readings and of failed records, each with a slash at its end. */
  prefixes: { readings: string; errors: string };
  /** Gives the columns. */
  table: LakeTable;
  /** Validates each record and makes a row of it. */
  transformer: Pick<LambdaConsumer<never, never>, "arn" | "resource">;
  /** The longest time that a record waits for its object, in seconds. */
  bufferSeconds: number;
  alarms: AlarmTarget;
  /** @default 30 */
  logRetentionDays?: number;
}

/**
 * The least buffer of a delivery stream that converts its records, in MB.
 * @see https://docs.aws.amazon.com/firehose/latest/dev/enable-record-format-conversion.html
 */
const leastBuffer = 64;
const logStreamName = "DestinationDelivery";

/**
 * A delivery stream that writes readings to a bucket as Parquet, one folder per UTC date of arrival. Records that cannot be transformed or
 * converted are below the error prefix, with their data. Firehose retries a bucket that refuses for 24 hours and then drops the records:
 * an alarm fires when the oldest record is 15 minutes late.
 * @see https://docs.aws.amazon.com/firehose/latest/dev/retry.html
 */
export class ParquetDelivery extends pulumi.ComponentResource {
  readonly name: string;
  readonly arn: Arn;
  readonly resource: aws.kinesis.FirehoseDeliveryStream;

  constructor(name: string, args: ParquetDeliveryArgs, opts?: pulumi.ComponentResourceOptions) {
    super("iot:parts:ParquetDelivery", name, {}, opts);
    const parent = { parent: this };
    const { bucket, prefixes, table, transformer, bufferSeconds, logRetentionDays } = args;
    this.name = physicalName("delivery stream", name);
    this.arn = arn.deliveryStream(this.name);

    const logs = logGroup(
      `${name}-logs`,
      { name: logGroupName.deliveryStream(this.name), logRetentionDays },
      parent,
    );
    const logStream = new aws.cloudwatch.LogStream(
      `${name}-log-stream`,
      { name: logStreamName, logGroupName: logs.resource.name },
      parent,
    );
    const role = new Role(
      `${name}-role`,
      {
        service: "firehose.amazonaws.com",
        onBehalfOf: this.arn,
        statements: [
          ...writeStatements(bucket),
          table.schemaStatement(["glue:GetTable", "glue:GetTableVersion", "glue:GetTableVersions"]),
          // Firehose reads the timeout of the function, which must be at most five minutes.
          allow(
            "Transform",
            ["lambda:GetFunctionConfiguration", "lambda:InvokeFunction"],
            transformer.arn,
          ),
          allow("LogErrors", "logs:PutLogEvents", arn.logStreams(logs.name)),
        ],
      },
      parent,
    );
    this.resource = new aws.kinesis.FirehoseDeliveryStream(
      name,
      {
        name: this.name,
        destination: "extended_s3",
        serverSideEncryption: { enabled: true, keyType: "AWS_OWNED_CMK" },
        extendedS3Configuration: {
          bucketArn: bucket.arn,
          roleArn: role.arn,
          prefix: `${prefixes.readings}${arrivalDate}=!{timestamp:yyyy-MM-dd}/`,
          errorOutputPrefix: `${prefixes.errors}!{firehose:error-output-type}/!{timestamp:yyyy-MM-dd}/`,
          bufferingSize: leastBuffer,
          bufferingInterval: bufferSeconds,
          cloudwatchLoggingOptions: { enabled: true, logGroupName: logs.name, logStreamName },
          processingConfiguration: {
            enabled: true,
            // Firehose's defaults: three retries, 1 MB or 60 s per invocation. The provider drops parameters that have them.
            processors: [
              {
                type: "Lambda",
                parameters: [{ parameterName: "LambdaArn", parameterValue: transformer.arn }],
              },
            ],
          },
          dataFormatConversionConfiguration: {
            enabled: true,
            inputFormatConfiguration: { deserializer: { openXJsonSerDe: {} } },
            outputFormatConfiguration: { serializer: { parquetSerDe: { compression: "SNAPPY" } } },
            schemaConfiguration: {
              databaseName: table.database,
              tableName: table.table,
              roleArn: role.arn,
            },
          },
        },
      },
      {
        ...parent,
        dependsOn: [
          role.permissions,
          bucket.bucket,
          bucket.policy,
          table.resource,
          transformer.resource,
          logStream,
        ],
      },
    );
    watchDelivery(name, { streamName: this.name, logName: logs.name, ...args }, parent);
    this.registerOutputs({ name: this.name });
  }
}

/** @see https://docs.aws.amazon.com/firehose/latest/dev/controlling-access.html#using-iam-s3 */
const writeStatements = (bucket: PrivateBucket): Statement[] => [
  allow(
    "FindBucket",
    ["s3:GetBucketLocation", "s3:ListBucket", "s3:ListBucketMultipartUploads"],
    bucket.arn,
  ),
  allow(
    "WriteObjects",
    ["s3:AbortMultipartUpload", "s3:GetObject", "s3:PutObject"],
    bucket.objects(),
  ),
];

interface Watched extends Pick<ParquetDeliveryArgs, "alarms" | "bufferSeconds"> {
  streamName: string;
  logName: string;
}

/** @see https://docs.aws.amazon.com/firehose/latest/dev/monitoring-with-cloudwatch-metrics.html */
function watchDelivery(
  name: string,
  { streamName, logName, bufferSeconds, alarms }: Watched,
  opts: pulumi.CustomResourceOptions,
): void {
  const namespace = "AWS/Firehose" as const;
  const dimensions = { DeliveryStreamName: streamName };
  alarm(
    `${name}-late`,
    {
      alarms,
      description: `DeliveryToS3.DataFreshness of delivery stream ${streamName}: the oldest record has waited 15 minutes longer than the buffer, and Firehose drops it after 24 hours. Read log group ${logName} for the error, and fix it.`,
      watch: { namespace, dimensions, name: "DeliveryToS3.DataFreshness", statistic: "Maximum" },
      above: bufferSeconds + 900,
      notifiesOfRecovery: true,
    },
    opts,
  );
  alarm(
    `${name}-throttled`,
    {
      alarms,
      description: `ThrottledRecords of delivery stream ${streamName}: it refuses records, which go to the failures queue. Request a higher quota of the stream, then redrive the queue.`,
      watch: { namespace, dimensions, name: "ThrottledRecords", statistic: "Sum" },
    },
    opts,
  );
}
