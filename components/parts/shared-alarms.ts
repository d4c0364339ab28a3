import type * as pulumi from "@pulumi/pulumi";
import { alarm, mostMetrics, type AlarmTarget, type Metric, type SharedAlarm } from "./alarm";

interface Member {
  alarm: SharedAlarm;
  metric: Metric;
}

/**
 * Collects the metrics of alarms that a stack shares. Each alarm compares the greatest of its metrics, so that one message that
 * counts in the metrics of several resources counts once.
 */
export class SharedAlarms {
  private readonly members = new Map<string, Member[]>();

  add(shared: SharedAlarm, metric: Metric): void {
    this.members.set(shared.id, [
      ...(this.members.get(shared.id) ?? []),
      { alarm: shared, metric },
    ]);
  }

  /** Creates the alarms, each with at most ten metrics. */
  create(name: string, alarms: AlarmTarget, opts: pulumi.CustomResourceOptions): void {
    for (const [id, members] of this.members)
      for (let first = 0; first < members.length; first += mostMetrics) {
        const some = members.slice(first, first + mostMetrics);
        const part = first === 0 ? "" : `-${first / mostMetrics + 1}`;
        createOne(`${name}-${id}${part}`, some, alarms, opts);
      }
    this.members.clear();
  }
}

function createOne(
  name: string,
  members: Member[],
  alarms: AlarmTarget,
  opts: pulumi.CustomResourceOptions,
): void {
  const [first] = members;
  if (!first) return;
  const { describe, above, periodSeconds } = first.alarm;
  const metrics = members.map(({ metric }, index) => [`m${index + 1}`, metric] as const);
  const ids = metrics.map(([id]) => id).join(", ");
  alarm(
    name,
    {
      alarms,
      description: `${first.metric.name} of ${describe(members.map((one) => one.alarm.resource))}`,
      watch: { metrics: Object.fromEntries(metrics), expression: `MAX([${ids}])` },
      above,
      periodSeconds,
    },
    opts,
  );
}
