import {
  CloudWatchClient,
  PutMetricDataCommand,
  type MetricDatum,
} from "@aws-sdk/client-cloudwatch";
import type { Clients } from "../../aws/clients";
import type { Trace } from "../../trace";

/** Metrics on their way to CloudWatch. */
export interface MetricBatches {
  count(metric: string, dimensions: Record<string, string>): void;
  /** Resolves when everything that was counted is in CloudWatch. */
  idle(): Promise<void>;
}

const namespace = "AWS/IoT";
const flushMilliseconds = 1_000;
/** Of PutMetricData. */
const mostPerCall = 1_000;

interface Counted {
  metric: string;
  dimensions: Record<string, string>;
  count: number;
}

/**
 * Puts what AWS IoT counts into CloudWatch, as AWS itself does, every second while there is something. A count that CloudWatch does
 * not take is given up with a warning: a metric is no reason to stop a message.
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

/** Many times one, so that the sum is the count and the number of samples too. */
const datumOf = ({ metric, dimensions, count }: Counted): MetricDatum => ({
  MetricName: metric,
  Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
  Timestamp: new Date(),
  Unit: "Count",
  StatisticValues: { SampleCount: count, Sum: count, Minimum: 1, Maximum: 1 },
});
