import { CloudWatchClient, PutMetricDataCommand } from "@aws-sdk/client-cloudwatch";
import type { Clients } from "../aws/clients";
import type { Trace } from "../trace";

/** What a service counts of one of its resources; the emulator counts nothing by itself, so no alarm would ever fire. */
export interface Metrics {
  /** Adds to the totals, and puts the same to CloudWatch soon. */
  count(counts: Record<string, number>): void;
  /** What was counted since the start. */
  readonly totals: Readonly<Record<string, number>>;
  /** Resolves when CloudWatch has it all. */
  idle(): Promise<void>;
}

export interface MetricsArgs {
  clients: Clients;
  trace: Trace;
  /** `AWS/Events` */
  namespace: string;
  dimensions: Record<string, string>;
}

/** Counts are summed up for so long; CloudWatch itself shows minutes. */
const gatherMilliseconds = 1000;

/** What was counted within a second goes in one call; nothing waits for it but `idle`. */
export function createMetrics({ clients, trace, namespace, dimensions }: MetricsArgs): Metrics {
  const totals: Record<string, number> = {};
  let waiting: Record<string, number> = {};
  let writing = Promise.resolve();
  let timer: NodeJS.Timeout | undefined;
  const Dimensions = Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value }));

  async function write(): Promise<void> {
    const counts = Object.entries(waiting);
    waiting = {};
    if (counts.length === 0) return;
    try {
      await clients.get(CloudWatchClient).send(
        new PutMetricDataCommand({
          Namespace: namespace,
          MetricData: counts.map(([MetricName, Value]) => ({
            MetricName,
            Value,
            Unit: "Count",
            Dimensions,
            Timestamp: new Date(),
          })),
        }),
      );
    } catch (error) {
      const message = `CloudWatch did not take metrics of ${namespace}: ${String(error)}`;
      trace.emit({ kind: "warning", part: "metrics", message });
    }
  }

  function flush(): Promise<void> {
    clearTimeout(timer);
    timer = undefined;
    writing = writing.then(write);
    return writing;
  }

  return {
    totals,
    count(counts) {
      for (const [name, number] of Object.entries(counts)) {
        totals[name] = (totals[name] ?? 0) + number;
        waiting[name] = (waiting[name] ?? 0) + number;
      }
      timer ??= setTimeout(() => void flush(), gatherMilliseconds).unref();
    },
    idle: flush,
  };
}
