import type * as pulumi from "@pulumi/pulumi";
import { alarm, type AlarmTarget } from "./alarm";
import type { Queue } from "./queue";

/** Alarms when nobody works a queue off: by age, since a queue that is full and quick is no trouble. */
export function watchBacklog(
  name: string,
  { queue, alarms }: { queue: Queue; alarms: AlarmTarget },
  opts: pulumi.CustomResourceOptions,
): void {
  alarm(
    `${name}-backlog`,
    {
      alarms,
      description: `The oldest message of ${queue.name} has waited 15 minutes: whoever works it off fails or is too slow.`,
      watch: {
        namespace: "AWS/SQS",
        name: "ApproximateAgeOfOldestMessage",
        dimensions: { QueueName: queue.name },
        statistic: "Maximum",
      },
      above: 900,
    },
    opts,
  );
}
