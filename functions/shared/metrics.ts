/** What an integration counts. */
export type Metric =
  | "Received"
  | "Stored"
  | "Stale"
  | "Duplicates"
  | "Muted"
  | "Quarantined"
  | "Failed"
  | "Opened"
  | "Closed"
  | "Processed";

/**
 * Writes counts in CloudWatch's embedded metric format: one log line, no API call, no permission. Namespace `IotIntegrations`,
 * dimension `integration`.
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
export function count(integration: string, counts: Partial<Record<Metric, number>>): void {
  console.log(
    JSON.stringify({
      _aws: {
        Timestamp: Date.now(),
        CloudWatchMetrics: [
          {
            Namespace: "IotIntegrations",
            Dimensions: [["integration"]],
            Metrics: Object.keys(counts).map((Name) => ({ Name, Unit: "Count" })),
          },
        ],
      },
      integration,
      ...counts,
    }),
  );
}
