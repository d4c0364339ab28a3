import * as pulumi from "@pulumi/pulumi";
import type { AlarmTarget } from "./alarm";
import { DeadLetterQueue } from "./dead-letter-queue";
import type { Arn } from "./names";
import { announceObjects, announcer as announcerOf, emitEvents } from "./object-announcement";
import { allow, type Statement } from "./policy-document";
import { privateBucket, type PrivateBucket } from "./private-bucket";
import type { Sender } from "./queue";

export interface FailuresBucketArgs {
  /** Receives an event per object, so that failed batches appear in the failures queue too; it must admit {@link announcer}. */
  announceTo: DeadLetterQueue;
  alarms: AlarmTarget;
}

const announcementOf = (name: string): string => `${name}-announcement`;

/** The sender of a failures bucket's events by the bucket's logical name, for the queue that must admit it before it exists. */
export const announcer = (name: string): Sender => announcerOf(announcementOf(name));

/** A bucket for batches of records that could not be processed or delivered. Keeps each batch with its data for 30 days. */
export class FailuresBucket extends pulumi.ComponentResource implements PrivateBucket {
  readonly name: pulumi.Output<string>;
  readonly arn: Arn;
  readonly objects: PrivateBucket["objects"];
  readonly resource: PrivateBucket["resource"];
  readonly resources: readonly pulumi.Resource[];

  constructor(name: string, args: FailuresBucketArgs, opts?: pulumi.ComponentResourceOptions) {
    super("iot:parts:FailuresBucket", name, {}, opts);
    const parent = { parent: this };
    const { announceTo, alarms } = args;
    const bucket = privateBucket(name, { "": 30 }, parent);
    this.name = bucket.name;
    this.arn = bucket.arn;
    this.objects = bucket.objects;
    this.resource = bucket.resource;
    const undelivered = new DeadLetterQueue(
      `${name}-undelivered`,
      { alarms, admits: [announcer(name)] },
      parent,
    );
    const events = emitEvents(name, bucket.resource, parent);
    const target = announceObjects(
      announcementOf(name),
      {
        bucket: name,
        description: "Batches of records that could not be processed or delivered.",
        to: announceTo.queue,
        targetId: "failures",
        ...{ undelivered, alarms },
      },
      parent,
    );
    this.resources = [...bucket.resources, events, target];
    this.registerOutputs({ arn: this.arn });
  }

  /** The statements that allow the role of a function to write failed batches. */
  writeStatements(): Statement[] {
    return [
      allow("SetAsideRecords", "s3:PutObject", this.objects()),
      allow("FindFailuresBucket", "s3:ListBucket", this.arn),
    ];
  }
}

/** Creates the failures queue of an integration, and the bucket for its failed batches, whose objects are announced to the queue. */
export function setAsideBatches(
  name: string,
  { alarms }: { alarms: AlarmTarget },
  opts: pulumi.ComponentResourceOptions,
): { failures: DeadLetterQueue; failedBatches: FailuresBucket } {
  const batches = `${name}-batches`;
  const failures = new DeadLetterQueue(
    `${name}-failures`,
    { alarms, admits: [announcer(batches)] },
    opts,
  );
  const failedBatches = new FailuresBucket(batches, { announceTo: failures, alarms }, opts);
  return { failures, failedBatches };
}
