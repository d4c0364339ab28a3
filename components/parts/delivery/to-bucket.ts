import type * as pulumi from "@pulumi/pulumi";
import type { Statement } from "../policy-document";
import type { PrivateBucket } from "../private-bucket";
import { writeObjects, type Destination } from "./destination";

export interface ToBucketArgs {
  bucket: PrivateBucket;
  /** Begins the keys of data objects; ends in `/`. */
  dataPrefix: string;
  /** Follows `dataPrefix`: the time of arrival in UTC, such as `!{timestamp:yyyy/MM/dd}/`. */
  datePrefix: string;
  /** Begins the keys of records that could not be transformed or converted; ends in `/`. */
  errorPrefix: string;
  /** Seconds that Firehose collects records for an object, 60–900. */
  bufferSeconds: number;
  /** MiB that Firehose collects for an object at most. */
  bufferMebibytes: number;
  /** The format of the objects: compression, or the conversion of records by the schema of a table. */
  format: (roleArn: DestinationRole) => object;
  /** What reading the schema takes. @default nothing */
  statements?: Statement[];
  /** What must exist before the stream besides the bucket. @default nothing */
  dependsOn?: pulumi.Resource[];
}

type DestinationRole = Parameters<Destination["configure"]>[0]["roleArn"];

/** Delivers to objects of a bucket. Records that could not be transformed are below the error prefix, with their data. */
export const toBucket = (args: ToBucketArgs): Destination => ({
  statements: [
    ...writeObjects(args.bucket, [args.dataPrefix, args.errorPrefix]),
    ...(args.statements ?? []),
  ],
  dependsOn: [...args.bucket.resources, ...(args.dependsOn ?? [])],
  configure: ({ roleArn, deliveryLog, processingConfiguration }) => ({
    destination: "extended_s3",
    extendedS3Configuration: {
      bucketArn: args.bucket.arn,
      roleArn,
      prefix: `${args.dataPrefix}${args.datePrefix}`,
      errorOutputPrefix: `${args.errorPrefix}!{firehose:error-output-type}/!{timestamp:yyyy/MM/dd}/`,
      bufferingInterval: args.bufferSeconds,
      bufferingSize: args.bufferMebibytes,
      cloudwatchLoggingOptions: deliveryLog,
      processingConfiguration,
      ...args.format(roleArn),
    },
  }),
  freshness: {
    metric: "DeliveryToS3.DataFreshness",
    above: args.bufferSeconds + 900,
    description:
      "the oldest record has waited 15 minutes longer than the buffer, and Firehose discards it after 24 hours. Check the role of the stream and its bucket.",
  },
  backsUp: false,
});
