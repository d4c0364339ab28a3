import {
  CloudWatchClient,
  PutMetricDataCommand,
  type MetricDatum,
} from "@aws-sdk/client-cloudwatch";
import type { Clients } from "../../aws/clients";
import type { Trace } from "../../trace";

/** What a service counts of one of its resources; the emulator counts nothing by itself, so no alarm would ever fire. */
export interface Metrics {
  /** Adds to the totals, and puts the same to CloudWatch soon. */
  count(counts: Record<string, number>): void;
  /** One sample of something that is not counted but measured, in milliseconds. */
  measure(name: string, milliseconds: number): void;
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
export function createMetrics(args: MetricsArgs): Metrics {
  const totals: Record<string, number> = {};
  let waiting: Record<string, number> = {};
  let samples = new Map<string, Samples>();
  let writing = Promise.resolve();
  let timer: NodeJS.Timeout | undefined;

  async function write(): Promise<void> {
    const counts = Object.entries(waiting);
    const measured = [...samples];
    waiting = {};
    samples = new Map();
    await put(args, [
      ...counts.map(([MetricName, Value]) => ({ MetricName, Value, Unit: "Count" as const })),
      ...measured.map(([MetricName, StatisticValues]) => ({
        MetricName,
        StatisticValues,
        Unit: "Milliseconds" as const,
      })),
    ]);
  }

  function flush(): Promise<void> {
    clearTimeout(timer);
    timer = undefined;
    writing = writing.then(write);
    return writing;
  }
  const flushSoon = (): void => {
    timer ??= setTimeout(() => void flush(), gatherMilliseconds).unref();
  };

  return {
    totals,
    count(counts) {
      for (const [name, number] of Object.entries(counts)) {
        totals[name] = (totals[name] ?? 0) + number;
        waiting[name] = (waiting[name] ?? 0) + number;
      }
      flushSoon();
    },
    measure(name, milliseconds) {
      samples.set(name, withSample(samples.get(name), milliseconds));
      flushSoon();
    },
    idle: flush,
  };
}

/** Counts what happens so seldom that nobody keeps account of it; resolves when CloudWatch has it. */
export const countNow = (args: MetricsArgs, counts: Record<string, number>): Promise<void> => {
  const metrics = createMetrics(args);
  metrics.count(counts);
  return metrics.idle();
};

/** Of what was measured, what CloudWatch takes. */
interface Samples {
  SampleCount: number;
  Sum: number;
  Minimum: number;
  Maximum: number;
}

const none: Samples = { SampleCount: 0, Sum: 0, Minimum: Infinity, Maximum: -Infinity };

const withSample = (before = none, value: number): Samples => ({
  SampleCount: before.SampleCount + 1,
  Sum: before.Sum + value,
  Minimum: Math.min(before.Minimum, value),
  Maximum: Math.max(before.Maximum, value),
});

/** A metric is no reason to stop a message: what CloudWatch does not take is given up with a warning. */
async function put(
  { clients, trace, namespace, dimensions }: MetricsArgs,
  data: MetricDatum[],
): Promise<void> {
  if (data.length === 0) return;
  const Dimensions = Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value }));
  const Timestamp = new Date();
  try {
    await clients.get(CloudWatchClient).send(
      new PutMetricDataCommand({
        Namespace: namespace,
        MetricData: data.map((datum) => ({ ...datum, Dimensions, Timestamp })),
      }),
    );
  } catch (error) {
    const message = `CloudWatch did not take metrics of ${namespace}: ${String(error)}`;
    trace.emit({ kind: "warning", part: "metrics", message });
  }
}
