import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { sendEvents, type SendEventsArgs } from "./event-rule";
import { bucketName, physicalName, arn } from "./names";
import type { Sender } from "./queue";

export interface AnnouncementArgs extends Pick<
  SendEventsArgs,
  "description" | "to" | "targetId" | "undelivered" | "alarms"
> {
  /** The logical name of the bucket, whose events must be {@link emitEvents emitted}. */
  bucket: string;
  /** Announces objects below it only. @default all */
  prefix?: string;
}

const ruleNameOf = (name: string): string => physicalName("event rule", name);

/** The sender of an announcement's events by its logical name, for the queues that must admit it before it exists. */
export const announcer = (name: string): Sender => ({
  service: "events.amazonaws.com",
  sourceArn: arn.eventRule(ruleNameOf(name)),
});

/**
 * Lets a bucket emit its events to EventBridge; a bucket has one such resource for all announcements.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/EventBridge.html
 */
export const emitEvents = (
  name: string,
  bucket: aws.s3.Bucket,
  opts: pulumi.CustomResourceOptions,
): pulumi.Resource =>
  new aws.s3.BucketNotification(
    `${name}-events`,
    { bucket: bucket.bucket, eventbridge: true },
    opts,
  );

/**
 * Sends an event to a queue for each object that is created, through EventBridge. A notification that names the queue itself would leave
 * a test message in it, which keeps the alarm of a failures queue on until the message expires.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html
 */
export function announceObjects(
  name: string,
  { bucket, prefix, ...args }: AnnouncementArgs,
  opts: pulumi.CustomResourceOptions,
): pulumi.Resource {
  const detail = {
    bucket: { name: [bucketName(bucket)] },
    ...(prefix !== undefined && { object: { key: [{ prefix }] } }),
  };
  return sendEvents(
    name,
    {
      ...args,
      ruleName: ruleNameOf(name),
      pattern: { source: ["aws.s3"], "detail-type": ["Object Created"], detail },
    },
    opts,
  );
}
