import {
  CloudWatchClient,
  PutMetricDataCommand,
  type MetricDatum,
} from "@aws-sdk/client-cloudwatch";
import type { Clients } from "../../aws/clients";
import type { Trace } from "../../trace";

/** Buffered metrics for CloudWatch. */
export interface MetricBatches {
  count(metric: string, dimensions: Record<string, string>): void;
  /** Resolves when all counts are in CloudWatch. */
  idle(): Promise<void>;
}

const namespace = "AWS/IoT";
const flushMilliseconds = 1_000;
/** The limit of PutMetricData. */
const mostPerCall = 1_000;

interface Counted {
  metric: string;
  dimensions: Record<string, string>;
  count: number;
}

/**
 * Sends the metrics of AWS IoT to CloudWatch once per second while there are any. Metrics that CloudWatch rejects are dropped
 * with a warning: metrics must not stop messages.
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/metrics_dimensions.html
 */
export function createMetricBatches(clients: Clients, trace: Trace): MetricBatches {
  let counted = new Map<string, Counted>();
  let timer: NodeJS.Timeout | undefined;
  let putting = Promise.resolve();

  async function put(): Promise<void> {
    const data = [...counted.values()].map(datumOf);
    counted = new Map();
    for (let start = 0; start < data.length; start += mostPerCall)
      await clients.get(CloudWatchClient).send(
        new PutMetricDataCommand({
          Namespace: namespace,
          MetricData: data.slice(start, start + mostPerCall),
        }),
      );
  }

  function flush(): void {
    clearTimeout(timer);
    timer = undefined;
    putting = putting.then(put).catch((error: unknown) => {
      const message = `Metrics of AWS IoT are not in CloudWatch: ${String(error)}`;
      trace.emit({ kind: "warning", part: "iot-core", message });
    });
  }

  return {
    count(metric, dimensions) {
      const key = JSON.stringify([metric, dimensions]);
      const known = counted.get(key);
      if (known) known.count += 1;
      else counted.set(key, { metric, dimensions, count: 1 });
      timer ??= setTimeout(flush, flushMilliseconds).unref();
    },
    async idle() {
      if (timer !== undefined) flush();
      await putting;
    },
  };
}

/** Repeated values of one, so that both the sum and the sample count are correct. */
const datumOf = ({ metric, dimensions, count }: Counted): MetricDatum => ({
  MetricName: metric,
  Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
  Timestamp: new Date(),
  Unit: "Count",
  StatisticValues: { SampleCount: count, Sum: count, Minimum: 1, Maximum: 1 },
});
