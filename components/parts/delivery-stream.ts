import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { alarm, sumOf, type AlarmTarget } from "./alarm";
import type { LambdaConsumer } from "./lambda-consumer";
import { logGroup, logGroupName, type LogArgs } from "./log-group";
import { arn, physicalName, type Arn } from "./names";
import { allow } from "./policy-document";
import type { PrivateBucket } from "./private-bucket";
import { Role } from "./role";

export interface DeliveryStreamArgs extends LogArgs {
  bucket: PrivateBucket;
  /** Begins the keys of data objects; ends in `/`. A date in UTC follows. */
  dataPrefix: string;
  /** Begins the keys of records that could not be transformed; ends in `/`. */
  errorPrefix: string;
  /** Transforms the records before they are written. */
  transformation: LambdaConsumer<never, unknown>;
  /** Seconds that Firehose collects records for an object, 60–900. */
  bufferSeconds: number;
  alarms: AlarmTarget;
}

/** MiB that Firehose collects for an object at most; the largest that it accepts. */
const bufferMebibytes = 128;

/**
 * A Firehose delivery stream that transforms records and writes them to a bucket as compressed objects, `<prefix>yyyy/MM/dd/`. Firehose
 * retries a bucket that refuses objects for 24 hours, which an alarm on the age of the oldest record reports long before.
 * @see https://docs.aws.amazon.com/firehose/latest/dev/retry.html
 */
export class DeliveryStream extends pulumi.ComponentResource {
  readonly name: string;
  readonly arn: Arn;
  readonly resource: aws.kinesis.FirehoseDeliveryStream;

  constructor(name: string, args: DeliveryStreamArgs, opts?: pulumi.ComponentResourceOptions) {
    super("iot:parts:DeliveryStream", name, {}, opts);
    const parent = { parent: this };
    const { bucket, dataPrefix, errorPrefix, transformation, bufferSeconds } = args;
    this.name = physicalName("delivery stream", name);
    this.arn = arn.deliveryStream(this.name);

    const logs = logGroup(
      `${name}-logs`,
      {
        name: logGroupName.deliveryStream(this.name),
        logRetentionDays: args.logRetentionDays,
      },
      parent,
    );
    const logStream = new aws.cloudwatch.LogStream(
      `${name}-log-stream`,
      { name: "delivery", logGroupName: logs.name },
      { ...parent, dependsOn: [logs.resource] },
    );
    // https://docs.aws.amazon.com/firehose/latest/dev/controlling-access.html#using-iam-s3
    const role = new Role(
      `${name}-role`,
      {
        service: "firehose.amazonaws.com",
        onBehalfOf: this.arn,
        statements: [
          allow(
            "WriteObjects",
            ["s3:PutObject", "s3:AbortMultipartUpload", "s3:ListMultipartUploadParts"],
            [bucket.objects(dataPrefix), bucket.objects(errorPrefix)],
          ),
          allow(
            "FindBucket",
            ["s3:GetBucketLocation", "s3:ListBucket", "s3:ListBucketMultipartUploads"],
            bucket.arn,
          ),
          allow(
            "Transform",
            ["lambda:InvokeFunction", "lambda:GetFunctionConfiguration"],
            transformation.arn,
          ),
          allow(
            "WriteLogs",
            "logs:PutLogEvents",
            arn.logStreams(logs.name).apply((streams) => streams.replace(/\*$/, "delivery")),
          ),
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
          prefix: `${dataPrefix}!{timestamp:yyyy/MM/dd}/`,
          errorOutputPrefix: `${errorPrefix}!{firehose:error-output-type}/!{timestamp:yyyy/MM/dd}/`,
          bufferingInterval: bufferSeconds,
          bufferingSize: bufferMebibytes,
          compressionFormat: "GZIP",
          cloudwatchLoggingOptions: {
            enabled: true,
            logGroupName: logs.name,
            logStreamName: logStream.name,
          },
          processingConfiguration: {
            enabled: true,
            processors: [
              {
                type: "Lambda",
                parameters: [
                  { parameterName: "LambdaArn", parameterValue: transformation.arn },
                  { parameterName: "NumberOfRetries", parameterValue: "3" },
                ],
              },
            ],
          },
        },
      },
      {
        ...parent,
        dependsOn: [role.permissions, transformation.resource, ...bucket.resources],
      },
    );
    watchDelivery(name, this.name, args, parent);
    this.registerOutputs({ name: this.name });
  }
}

/** @see https://docs.aws.amazon.com/firehose/latest/dev/monitoring-with-cloudwatch-metrics.html */
function watchDelivery(
  name: string,
  stream: string,
  { alarms, bufferSeconds }: Pick<DeliveryStreamArgs, "alarms" | "bufferSeconds">,
  opts: pulumi.CustomResourceOptions,
): void {
  const dimensions = { DeliveryStreamName: stream };
  alarm(
    `${name}-freshness`,
    {
      alarms,
      description: `DeliveryToS3.DataFreshness of delivery stream ${stream}: its oldest record has waited an hour longer than its buffer, and Firehose discards records after 24 hours. Read log group ${logGroupName.deliveryStream(stream)} for the error, and check the role of the stream and its bucket.`,
      watch: {
        ...{ namespace: "AWS/Firehose", name: "DeliveryToS3.DataFreshness", dimensions },
        statistic: "Maximum",
      },
      above: bufferSeconds + 3600,
      notifiesOfRecovery: true,
    },
    opts,
  );
  alarm(
    `${name}-throttled`,
    {
      alarms,
      description: `ThrottledRecords of delivery stream ${stream}: Firehose refuses records above its quota, and they are in the failures queue. Request a higher quota for the stream, then redrive the queue.`,
      watch: sumOf("AWS/Firehose", dimensions)("ThrottledRecords"),
    },
    opts,
  );
}
