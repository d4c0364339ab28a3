import { wellArchitected } from "../../frameworks";
import { integer } from "../../parameters";
import type { ResourceRule } from "../../rule";

/** What ends up as objects in a bucket, each of which is paid for when it is written and again whenever it is read. */
const toBuckets = [
  "extendedS3Configuration",
  "icebergConfiguration",
  "redshiftConfiguration.s3Configuration",
];

export const requireBuffer: ResourceRule = {
  name: "firehose-stream-require-buffer",
  displayName: "Delivery streams gather before they write",
  description:
    "A delivery stream to a bucket gathers for as long, and as much, as the stack's policy configuration says.",
  area: "cost",
  severity: "low",
  recommended: {
    level: "advisory",
    because: "Small buffers cost money and lose nothing.",
  },
  framework: wellArchitected.costOfInvocations,
  remediationSteps:
    "Set bufferingSize (MiB) and bufferingInterval (seconds), or leave them out: Firehose's own are 5 MiB and 300 s.",
  url: "https://docs.aws.amazon.com/firehose/latest/dev/buffering-hints.html",
  types: ["aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream"],
  parameters: {
    leastMebibytes: integer("MiB that a delivery stream has to gather.", {
      usually: 1,
      from: 1,
      to: 128,
    }),
    leastSeconds: integer("Seconds for which it has to gather.", { usually: 60, from: 0, to: 900 }),
  },
  check({ inputs }, report, set: { leastMebibytes: number; leastSeconds: number }) {
    for (const path of toBuckets) {
      const destination = inputs.at(...path.split("."));
      if (!destination.given) continue;
      const [size, interval] = [
        destination.at("bufferingSize"),
        destination.at("bufferingInterval"),
      ];
      // Firehose's own, where nothing is said.
      const mebibytes = size.number() ?? 5;
      const seconds = interval.number() ?? 300;
      if (size.isKnown() && mebibytes < set.leastMebibytes)
        report(
          `Writes an object for every ${mebibytes} MiB: set ${path}.bufferingSize to ${set.leastMebibytes} or more.`,
        );
      if (interval.isKnown() && seconds < set.leastSeconds)
        report(
          `Writes an object every ${seconds} s: set ${path}.bufferingInterval to ${set.leastSeconds} or more.`,
        );
    }
  },
};
