import type * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { Arn } from "../names";
import { allow, type Statement } from "../policy-document";
import type { PrivateBucket } from "../private-bucket";

type StreamArgs = aws.kinesis.FirehoseDeliveryStreamArgs;

/** What a destination needs of its delivery stream. */
export interface DestinationContext {
  roleArn: Arn;
  /** Logs the errors of delivery. */
  deliveryLog: object;
  /** Logs the errors of the backup in a bucket. */
  backupLog: object;
  /** The function that transforms the records. */
  processingConfiguration: object;
}

/** Where a delivery stream delivers to. */
export interface Destination {
  /** What the role of the stream must be allowed besides transforming and logging. */
  statements: Statement[];
  dependsOn: pulumi.Resource[];
  /** The arguments of the stream that select the destination and configure it. */
  configure: (context: DestinationContext) => Pick<StreamArgs, "destination"> & Partial<StreamArgs>;
  freshness: {
    metric: `DeliveryTo${string}.DataFreshness`;
    /** The age in seconds of the oldest record at which the alarm fires. */
    above: number;
    /** Follows the name of the stream in the notification: what is late, and what to check. */
    description: string;
  };
  /** Whether records that cannot be delivered are written to a bucket, by a second kind of delivery that may fail. */
  backsUp: boolean;
}

/**
 * The statements that a delivery stream needs to write objects below prefixes of a bucket.
 * @see https://docs.aws.amazon.com/firehose/latest/dev/controlling-access.html#using-iam-s3
 */
export const writeObjects = (bucket: PrivateBucket, prefixes: readonly string[]): Statement[] => [
  allow(
    "WriteObjects",
    ["s3:AbortMultipartUpload", "s3:GetObject", "s3:PutObject"],
    prefixes.map((prefix) => bucket.objects(prefix)),
  ),
  allow(
    "FindBucket",
    ["s3:GetBucketLocation", "s3:ListBucket", "s3:ListBucketMultipartUploads"],
    bucket.arn,
  ),
];

/** Where a delivery stream writes records that its endpoint has not accepted. The redrive reads the lines as Firehose writes them. */
export const failedRecordsIn = (
  bucket: PrivateBucket,
  { roleArn, backupLog }: Pick<DestinationContext, "roleArn" | "backupLog">,
) => ({
  bucketArn: bucket.arn,
  roleArn,
  errorOutputPrefix: "!{firehose:error-output-type}/!{timestamp:yyyy/MM/dd/HH}/",
  compressionFormat: "UNCOMPRESSED",
  bufferingSize: 5,
  bufferingInterval: 60,
  cloudwatchLoggingOptions: backupLog,
});
