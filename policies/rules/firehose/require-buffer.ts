import { wellArchitected } from "../../frameworks";
import { integer } from "../../parameters";
import type { ResourceRule } from "../../rule";

/** Destinations that write objects to a bucket; Amazon S3 charges for each write and each read of an object. */
const toBuckets = [
  "extendedS3Configuration",
  "icebergConfiguration",
  "redshiftConfiguration.s3Configuration",
];

export const requireBuffer: ResourceRule = {
  name: "firehose-stream-require-buffer",
  displayName: "Delivery streams buffer records before writing",
  description:
    "Every delivery stream to a bucket buffers at least the size and the interval that the stack's policy configuration requires.",
  area: "cost",
  severity: "low",
  recommended: {
    level: "advisory",
    because: "Small buffers increase cost but lose no data.",
  },
  framework: wellArchitected.costOfInvocations,
  remediationSteps:
    "Set bufferingSize (MiB) and bufferingInterval (seconds), or omit them: the Firehose defaults are 5 MiB and 300 s.",
  url: "https://docs.aws.amazon.com/firehose/latest/dev/buffering-hints.html",
  types: ["aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream"],
  parameters: {
    leastMebibytes: integer("Minimum buffer size in MiB.", {
      usually: 1,
      from: 1,
      to: 128,
    }),
    leastSeconds: integer("Minimum buffer interval in seconds.", { usually: 60, from: 0, to: 900 }),
  },
  check({ inputs }, report, set: { leastMebibytes: number; leastSeconds: number }) {
    for (const path of toBuckets) {
      const destination = inputs.at(...path.split("."));
      if (!destination.given) continue;
      const [size, interval] = [
        destination.at("bufferingSize"),
        destination.at("bufferingInterval"),
      ];
      // The defaults of Firehose.
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
