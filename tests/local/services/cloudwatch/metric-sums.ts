import { CloudWatchClient, GetMetricStatisticsCommand } from "@aws-sdk/client-cloudwatch";
import type { Clients } from "../../../../local/aws/clients";

/** A metric of the last hour in CloudWatch; undefined if nothing was reported with exactly these dimensions. */
export async function statisticOf(
  clients: Clients,
  Namespace: string,
  MetricName: string,
  dimensions: Record<string, string>,
  statistic: "Sum" | "Maximum" = "Sum",
): Promise<number | undefined> {
  const { Datapoints = [] } = await clients.get(CloudWatchClient).send(
    new GetMetricStatisticsCommand({
      Namespace,
      MetricName,
      Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
      StartTime: new Date(Date.now() - 3_600_000),
      EndTime: new Date(Date.now() + 60_000),
      Period: 86_400,
      Statistics: [statistic],
    }),
  );
  const values = Datapoints.map((point) => point[statistic] ?? 0);
  if (values.length === 0) return undefined;
  return statistic === "Sum" ? values.reduce((sum, value) => sum + value, 0) : Math.max(...values);
}
