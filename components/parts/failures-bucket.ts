import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { DeadLetterQueue } from "./dead-letter-queue";
import { arn, bucketName, type Arn } from "./names";
import { allow, denyPlainText, policyDocument, type Statement } from "./policy-document";

export interface FailuresBucketArgs {
  /** Receives a notification per object, so that failed batches appear in the failures queue too; it must admit S3 for this bucket. */
  announceTo: DeadLetterQueue;
}

/** The ARN of a failures bucket by its logical name, for the queue that must admit the bucket before it exists. */
export const failuresBucketArn = (name: string): Arn => arn.bucket(bucketName(name));

/** A bucket for batches of stream records that a function could not process. Keeps each batch with its data for 30 days. */
export class FailuresBucket extends pulumi.ComponentResource {
  readonly name: pulumi.Output<string>;
  readonly arn: Arn;
  readonly resources: pulumi.Resource[];

  constructor(name: string, args: FailuresBucketArgs, opts?: pulumi.ComponentResourceOptions) {
    super("iot:parts:FailuresBucket", name, {}, opts);
    const parent = { parent: this };
    const { queue } = args.announceTo;
    this.name = bucketName(name);
    this.arn = failuresBucketArn(name);
    const objects = this.objects();

    const bucket = new aws.s3.Bucket(name, { bucket: this.name }, parent);
    const access = new aws.s3.BucketPublicAccessBlock(
      `${name}-access`,
      {
        bucket: bucket.bucket,
        blockPublicAcls: true,
        blockPublicPolicy: true,
        ignorePublicAcls: true,
        restrictPublicBuckets: true,
      },
      parent,
    );
    const policy = new aws.s3.BucketPolicy(
      `${name}-policy`,
      {
        bucket: bucket.bucket,
        policy: policyDocument([denyPlainText("s3:*", [this.arn, objects])]),
      },
      { ...parent, dependsOn: access },
    );
    new aws.s3.BucketLifecycleConfiguration(
      `${name}-expiry`,
      {
        bucket: bucket.bucket,
        rules: [
          { id: "expire", status: "Enabled", filter: { prefix: "" }, expiration: { days: 30 } },
        ],
      },
      parent,
    );
    const announcement = new aws.s3.BucketNotification(
      `${name}-announcement`,
      {
        bucket: bucket.bucket,
        queues: [{ id: "failures", queueArn: queue.arn, events: ["s3:ObjectCreated:*"] }],
      },
      // S3 sends a test message to the queue when the notification is configured.
      { ...parent, dependsOn: queue.resource },
    );
    this.resources = [bucket, policy, announcement];
    this.registerOutputs({ arn: this.arn });
  }

  /** The statements that allow the role of a function to write failed batches. */
  writeStatements(): Statement[] {
    return [
      allow("SetAsideRecords", "s3:PutObject", this.objects()),
      allow("FindFailuresBucket", "s3:ListBucket", this.arn),
    ];
  }

  private objects(): Arn {
    return this.arn.apply((bucket) => `${bucket}/*`);
  }
}
