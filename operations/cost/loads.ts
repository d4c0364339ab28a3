import { hoursPerMonth, type Quantities } from "../../pricing";
import type { Graph } from "./graph";

/**
 * The share of the time in which a workgroup is billed if a load wakes it at an interval: AWS bills at least 60 seconds.
 * @see https://docs.aws.amazon.com/redshift/latest/mgmt/serverless-billing.html
 */
const billedShare = (intervalSeconds: number): number => 60 / Math.max(60, intervalSeconds);

/** What warehouses are billed in a month in which a device always sends, so that each buffer of their delivery streams wakes them. */
export function loadsPerMonth(graph: Graph): Quantities {
  const streams = graph.ofType("aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream");
  const hours = graph
    .ofType("aws:redshiftserverless/workgroup:Workgroup")
    .map(({ owner, inputs }) => {
      const { extendedS3Configuration: s3 } =
        streams.find((stream) => stream.owner === owner)?.inputs ?? {};
      const interval = Number(
        (s3 as { bufferingInterval?: number } | undefined)?.bufferingInterval,
      );
      if (!(interval > 0))
        throw new Error(
          `The interval of the loads of ${owner} is unknown: it has no delivery stream.`,
        );
      return Number(inputs["baseCapacity"]) * hoursPerMonth * billedShare(interval);
    })
    .reduce((sum, one) => sum + one, 0);
  return hours > 0 ? { "rpu-hour": hours } : {};
}
