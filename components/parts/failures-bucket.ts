import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { AlarmTarget } from "./alarm";
import { DeadLetterQueue } from "./dead-letter-queue";
import { setAsideEvents } from "./event-rule";
import { arn, bucketName, physicalName, type Arn } from "./names";
import { allow, denyPlainText, policyDocument, type Statement } from "./policy-document";
import type { Sender } from "./queue";

export interface FailuresBucketArgs {
  /** Receives an event per object, so that failed batches appear in the failures queue too; it must admit {@link announcer}. */
  announceTo: DeadLetterQueue;
  alarms: AlarmTarget;
}

const ruleName = (name: string): string => physicalName("event rule", `${name}-announcement`);

/** The sender of a failures bucket's events by the bucket's logical name, for the queue that must admit it before it exists. */
export const announcer = (name: string): Sender => ({
  service: "events.amazonaws.com",
  sourceArn: arn.eventRule(ruleName(name)),
});

/** A bucket for batches of stream records that a function could not process. Keeps each batch with its data for 30 days. */
export class FailuresBucket extends pulumi.ComponentResource {
  readonly name: pulumi.Output<string>;
  readonly arn: Arn;
  readonly resources: pulumi.Resource[];

  constructor(name: string, args: FailuresBucketArgs, opts?: pulumi.ComponentResourceOptions) {
    super("iot:parts:FailuresBucket", name, {}, opts);
    const parent = { parent: this };
    this.name = bucketName(name);
    this.arn = arn.bucket(this.name);
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
    const announcement = announce(name, { ...args, bucket }, parent);
    this.resources = [bucket, policy, ...announcement];
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

/**
 * Sends an event to the failures queue for each object, through EventBridge. A notification that names the queue itself would leave a
 * test message in it, which keeps the queue's alarm on until the message expires.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/EventBridge.html
 */
function announce(
  name: string,
  { bucket, announceTo, alarms }: FailuresBucketArgs & { bucket: aws.s3.Bucket },
  opts: pulumi.CustomResourceOptions,
): pulumi.Resource[] {
  const undelivered = new DeadLetterQueue(
    `${name}-undelivered`,
    { alarms, admits: [announcer(name)] },
    opts,
  );
  const enabled = new aws.s3.BucketNotification(
    `${name}-events`,
    { bucket: bucket.bucket, eventbridge: true },
    opts,
  );
  const target = setAsideEvents(
    `${name}-announcement`,
    {
      ruleName: ruleName(name),
      description: "Batches of stream records that a function could not process.",
      pattern: {
        source: ["aws.s3"],
        "detail-type": ["Object Created"],
        detail: { bucket: { name: [bucketName(name)] } },
      },
      failures: announceTo,
      undelivered,
      alarms,
    },
    opts,
  );
  return [enabled, target];
}
