import type { HealthArgs } from "./health";

/** How far a task is behind, and how many shards it reads. */
export interface Lag {
  behindMilliseconds: number;
  shards: number;
}

/**
 * The lag of the shard that is furthest behind, among those that the task reads and those that no task reads. A task that cannot renew
 * its leases may read nothing: it is behind by the time without a renewal beyond that of a lease.
 */
export function lagOf({ worker, clock, leaseMilliseconds }: Omit<HealthArgs, "task">): Lag {
  const now = clock.now();
  const shards = [...worker.progress().values()];
  return {
    behindMilliseconds: Math.max(
      0,
      now - worker.renewed - leaseMilliseconds,
      ...shards.map((one) => one.behindMilliseconds()),
      ...[...worker.unread().values()].map((since) => now - since),
    ),
    shards: shards.length,
  };
}

/**
 * Writes the lag in CloudWatch's embedded metric format, with the service as dimension: one log line, no API call, no permission. The
 * stream's own metric of the iterator's age is the greatest of all of its readers, so it neither tells which of them is late nor
 * disappears while one of them is alive.
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 * @see https://docs.aws.amazon.com/streams/latest/dev/monitoring-with-cloudwatch.html
 */
export function reportLag(serviceName: string, { behindMilliseconds, shards }: Lag): void {
  console.log(
    JSON.stringify({
      _aws: {
        Timestamp: Date.now(),
        CloudWatchMetrics: [
          {
            Namespace: "IotIntegrations",
            Dimensions: [["ServiceName"]],
            Metrics: [
              { Name: "Behind", Unit: "Milliseconds" },
              { Name: "Shards", Unit: "Count" },
            ],
          },
        ],
      },
      ServiceName: serviceName,
      Behind: Math.round(behindMilliseconds),
      Shards: shards,
    }),
  );
}
