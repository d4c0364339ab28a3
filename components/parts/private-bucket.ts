import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { arn, bucketName, type Arn } from "./names";
import { denyPlainText, policyDocument } from "./policy-document";

export interface PrivateBucket {
  /** Known at preview. */
  readonly name: pulumi.Output<string>;
  readonly arn: Arn;
  /** The ARN of all objects, or of those below a prefix that ends in `/`. */
  objects(prefix?: string): Arn;
  readonly resource: aws.s3.Bucket;
  /** The bucket and its policy. */
  readonly resources: readonly pulumi.Resource[];
}

/** Days that a version stays after another one has replaced it, so that an event about it finds it. */
const replacedDays = 3;

/**
 * Creates a bucket that blocks public access and takes requests over TLS only. S3 encrypts its objects, and deletes them after the days
 * of their prefix; `""` is every object, and without a prefix they stay. With `uploads`, devices write to it: an object that is written again keeps its
 * earlier version for a few days, and an upload that is not completed is removed.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/default-bucket-encryption.html
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/intro-lifecycle-rules.html#intro-lifecycle-rules-actions
 */
export function privateBucket(
  name: string,
  expiryDays: Readonly<Record<string, number>>,
  opts: pulumi.CustomResourceOptions,
  { uploads = false } = {},
): PrivateBucket {
  const physical = bucketName(name);
  const bucketArn = arn.bucket(physical);
  const objects = (prefix = ""): Arn => bucketArn.apply((bucket) => `${bucket}/${prefix}*`);
  const bucket = new aws.s3.Bucket(name, { bucket: physical }, opts);
  const access = new aws.s3.BucketPublicAccessBlock(
    `${name}-access`,
    {
      bucket: bucket.bucket,
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    },
    opts,
  );
  const policy = new aws.s3.BucketPolicy(
    `${name}-policy`,
    {
      bucket: bucket.bucket,
      policy: policyDocument([denyPlainText("s3:*", [bucketArn, objects()])]),
    },
    pulumi.mergeOptions(opts, { dependsOn: access }),
  );
  const versioning = uploads
    ? new aws.s3.BucketVersioning(
        `${name}-versions`,
        { bucket: bucket.bucket, versioningConfiguration: { status: "Enabled" } },
        opts,
      )
    : undefined;
  const expiring = Object.entries(expiryDays);
  if (expiring.length > 0)
    new aws.s3.BucketLifecycleConfiguration(
      `${name}-expiry`,
      {
        bucket: bucket.bucket,
        rules: expiring.map(([prefix, days]) => ({
          id: prefix === "" ? "expire" : `expire-${prefix.replace(/\W+/g, "")}`,
          status: "Enabled",
          filter: { prefix },
          expiration: { days },
          // In a bucket with versions, an object that expires only becomes an earlier version.
          ...(uploads && {
            noncurrentVersionExpiration: { noncurrentDays: replacedDays },
            abortIncompleteMultipartUpload: { daysAfterInitiation: 1 },
          }),
        })),
      },
      versioning ? pulumi.mergeOptions(opts, { dependsOn: versioning }) : opts,
    );
  const resources = [bucket, policy, ...(versioning ? [versioning] : [])];
  return { name: physical, arn: bucketArn, objects, resource: bucket, resources };
}
