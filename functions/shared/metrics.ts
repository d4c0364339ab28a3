/** What an integration counts. */
export type Metric =
  | "Received"
  | "Stored"
  | "Waiting"
  | "Stale"
  | "Duplicates"
  | "Muted"
  | "Quarantined"
  | "Failed"
  | "Opened"
  | "Closed"
  | "Processed"
  | "Forwarded"
  | "Counted"
  | "Below"
  | "Late"
  | "Windows"
  | "HighAverages"
  | "Anomalies"
  | "Spilled"
  | "Truncated"
  | "Published"
  | "Refused"
  | "Negative";

/**
 * Writes counts in CloudWatch's embedded metric format: one log line, no API call, no permission. Namespace `IotIntegrations`,
 * dimension `integration`; with the dimension `FunctionName` once more if it is given, which an alarm of one stack needs.
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
export function count(
  integration: string,
  counts: Partial<Record<Metric, number>>,
  functionName?: string,
): void {
  console.log(
    JSON.stringify({
      _aws: {
        Timestamp: Date.now(),
        CloudWatchMetrics: [
          {
            Namespace: "IotIntegrations",
            Dimensions: [
              ["integration"],
              ...(functionName === undefined ? [] : [["FunctionName"]]),
            ],
            Metrics: Object.keys(counts).map((Name) => ({ Name, Unit: "Count" })),
          },
        ],
      },
      integration,
      ...(functionName !== undefined && { FunctionName: functionName }),
      ...counts,
    }),
  );
}
