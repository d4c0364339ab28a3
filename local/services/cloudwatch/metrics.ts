import {
  CloudWatchClient,
  PutMetricDataCommand,
  type MetricDatum,
} from "@aws-sdk/client-cloudwatch";
import type { Clients } from "../../aws/clients";
import type { Trace } from "../../trace";

/** The metrics of one resource. The emulator reports none by itself, so without them no alarm would fire. */
export interface Metrics {
  /** Adds to the totals, and puts the counts to CloudWatch within a second. */
  count(counts: Record<string, number>): void;
  /** Adds one sample, in the unit of the metrics. */
  measure(name: string, value: number): void;
  /** The totals since the start. */
  readonly totals: Readonly<Record<string, number>>;
  /** Resolves when CloudWatch has everything. */
  idle(): Promise<void>;
}

export interface MetricsArgs {
  clients: Clients;
  trace: Trace;
  /** `AWS/Events` */
  namespace: string;
  dimensions: Record<string, string>;
  /** Of samples. @default "Milliseconds" */
  unit?: "Milliseconds" | "Percent";
}

/** How long counts are summed up before one call; CloudWatch itself shows minutes. */
const gatherMilliseconds = 1000;

/** Puts what was counted within a second in one call; only `idle` waits for that call. */
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
        Unit: args.unit ?? "Milliseconds",
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
    measure(name, value) {
      samples.set(name, withSample(samples.get(name), value));
      flushSoon();
    },
    idle: flush,
  };
}

/** Counts rare events without keeping totals; resolves when CloudWatch has them. */
export const countNow = (args: MetricsArgs, counts: Record<string, number>): Promise<void> => {
  const metrics = createMetrics(args);
  metrics.count(counts);
  return metrics.idle();
};

/** The statistics of samples in the form that CloudWatch takes. */
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

/** Puts data. What CloudWatch refuses is dropped with a warning, because a metric must not stop a message. */
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
