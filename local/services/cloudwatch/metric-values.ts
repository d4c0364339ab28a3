import { CloudWatchClient, GetMetricDataCommand } from "@aws-sdk/client-cloudwatch";
import type { Clients } from "../../aws/clients";
import type { MetricWatch } from "./watch";

/** The most queries of one GetMetricData call. */
const mostPerCall = 500;

/**
 * Returns the value of each metric over the seconds before now that its alarm covers, or as many periods earlier; undefined where
 * nothing was reported.
 */
export async function valuesOf(
  clients: Clients,
  watches: MetricWatch[],
  periodsAgo = 0,
): Promise<(number | undefined)[]> {
  const now = Date.now();
  const values = watches.map((): number | undefined => undefined);
  const windows = new Set(watches.map(({ seconds }) => seconds));
  for (const window of windows) {
    const asked = watches.flatMap((watch, index) =>
      watch.seconds === window ? [{ watch, index }] : [],
    );
    for (let start = 0; start < asked.length; start += mostPerCall) {
      const { MetricDataResults = [] } = await clients.get(CloudWatchClient).send(
        new GetMetricDataCommand({
          StartTime: new Date(now - (periodsAgo + 1) * window * 1000),
          EndTime: new Date(periodsAgo === 0 ? now + 1000 : now - periodsAgo * window * 1000),
          MetricDataQueries: asked.slice(start, start + mostPerCall).map(({ watch, index }) => ({
            Id: `m${index}`,
            MetricStat: metricStatOf(watch),
          })),
        }),
      );
      for (const { Id = "", Values = [] } of MetricDataResults) {
        const index = Number(Id.slice(1));
        values[index] = joined(watches[index]?.statistic, Values);
      }
    }
  }
  return values;
}

/** Returns a metric and its statistic in the form that alarms and queries of CloudWatch use. */
export const metricStatOf = ({
  namespace,
  metricName,
  dimensions,
  statistic,
  seconds,
}: Omit<MetricWatch, "kind" | "statistic"> & { statistic: string }) => ({
  Metric: {
    Namespace: namespace,
    MetricName: metricName,
    Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
  },
  Period: seconds,
  Stat: statistic,
});

/** Joins the values of CloudWatch's periods, which begin at full minutes: the seconds before now reach into two of them. */
function joined(statistic: MetricWatch["statistic"] | undefined, values: number[]) {
  if (values.length === 0) return undefined;
  const sum = values.reduce((total, value) => total + value, 0);
  if (statistic === "Sum") return sum;
  return statistic === "Average"
    ? sum / values.length
    : values.reduce((most, value) => Math.max(most, value));
}
