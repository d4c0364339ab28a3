import type * as pulumi from "@pulumi/pulumi";
import { alarm, type AlarmTarget } from "./alarm";
import { DeadLetterQueue } from "./dead-letter-queue";
import { arn, physicalName } from "./names";
import { announceObjects, announcer, emitEvents } from "./object-announcement";
import { privateBucket, type PrivateBucket } from "./private-bucket";
import { defaultRetentionSeconds, Queue } from "./queue";
import { timerOf } from "./sources/from-schedule";

/** Prefixes of the bucket: rows, records that could not be transformed, and lists of objects to load. */
export const prefixes = { data: "readings/", errors: "errors/", manifests: "manifests/" };

/** SQS sets a message aside at this delivery, if the loader never gets as far as doing so itself. */
const mostDeliveries = 5;

export interface AnnouncedObjectsArgs {
  /** Days that loaded objects stay in the bucket. */
  keepDays: number;
  /** The logical name of the function on a schedule whose failed invocations the failures queue receives. */
  sweeperName: string;
  /** The timeout of the loader. */
  loadSeconds: number;
  alarms: AlarmTarget;
}

/** A bucket whose objects are announced to a loader, and where an announcement goes that the loader fails to process. */
export interface AnnouncedObjects {
  lake: PrivateBucket;
  /** Announces objects with rows to the loader. */
  queue: Queue;
  /** Receives what cannot be loaded, and announcements of records that could not be transformed. */
  failures: DeadLetterQueue;
}

/** Creates the bucket of a warehouse with its announcements, the queue of its loader and the failures queue. */
export function announcedObjects(
  name: string,
  { keepDays, sweeperName, loadSeconds, alarms }: AnnouncedObjectsArgs,
  parent: pulumi.CustomResourceOptions,
): AnnouncedObjects {
  const [lakeName, loads, errors] = [`${name}-lake`, `${name}-objects`, `${name}-errors`];
  const failures = new DeadLetterQueue(
    `${name}-failures`,
    {
      alarms,
      deadLetterQueueOf: [
        {
          arn: arn.queue(physicalName("queue", `${name}-queue`)),
          retentionSeconds: defaultRetentionSeconds,
        },
      ],
      admits: [announcer(loads), announcer(errors), timerOf(sweeperName)],
    },
    parent,
  );
  const queue = new Queue(
    `${name}-queue`,
    {
      purpose: "work",
      visibilityTimeoutSeconds: 6 * loadSeconds,
      redriveTo: { failures, maxReceiveCount: mostDeliveries },
      admits: [announcer(loads)],
    },
    parent,
  );
  const lake = privateBucket(lakeName, { "": keepDays }, parent);
  emitEvents(lakeName, lake.resource, parent);
  announceObjects(
    loads,
    {
      ...{ bucket: lakeName, prefix: prefixes.data, undelivered: failures, alarms },
      description: "Objects with readings, to be loaded into Redshift.",
      to: queue,
      targetId: "loader",
    },
    parent,
  );
  announceObjects(
    errors,
    {
      ...{ bucket: lakeName, prefix: prefixes.errors, undelivered: failures, alarms },
      description: "Records that Firehose could not transform.",
      to: failures.queue,
      targetId: "failures",
    },
    parent,
  );
  alarm(
    `${name}-backlog`,
    {
      alarms,
      description: `ApproximateAgeOfOldestMessage of queue ${queue.name}: an object has waited for an hour to be loaded. Check the errors of the loader, and whether the usage limit has stopped Redshift.`,
      watch: {
        namespace: "AWS/SQS",
        name: "ApproximateAgeOfOldestMessage",
        dimensions: { QueueName: queue.name },
        statistic: "Maximum",
      },
      above: 3600,
      notifiesOfRecovery: true,
    },
    parent,
  );
  return { lake, queue, failures };
}
