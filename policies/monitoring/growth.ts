import type { Resource } from "../stack/resource";

/**
 * True for an alarm whose metric math contains the difference or the rate of change of its metrics. Such an alarm fires at a change, and
 * returns to OK while the metrics stay the same, at any level.
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html
 */
export const watchesGrowth = ({ inputs }: Resource): boolean =>
  inputs
    .at("metricQueries")
    .items()
    .some((query) => query.at("expression").peek()?.match(growth));

const growth = /\b(?:DIFF|RATE)\s*\(/i;
