import { wellArchitected } from "../../frameworks";
import { integer } from "../../parameters";
import type { ResourceRule } from "../../rule";

/** The default of Kinesis. */
const usual = 24;

/** A consumer that stands still loses the records that expire meanwhile; no failure path receives them. */
export const requireStreamRetention: ResourceRule = {
  name: "kinesis-stream-require-retention",
  displayName: "Streams outlast a standstill of their consumers",
  description: "Every stream retains records for 72 hours, or for the configured minimum.",
  area: "failure paths",
  severity: "medium",
  recommended: {
    level: "advisory",
    because: "A longer retention costs more, and records are lost only if a consumer stands still.",
  },
  framework: wellArchitected.failFast,
  remediationSteps: "Set retentionPeriod to 72.",
  url: "https://docs.aws.amazon.com/streams/latest/dev/kinesis-extended-retention.html",
  types: ["aws:kinesis/stream:Stream"],
  parameters: {
    shortestHours: integer("Minimum retention in hours.", { usually: 72, from: 24, to: 8_760 }),
  },
  check({ inputs }, report, { shortestHours }: { shortestHours: number }) {
    const place = inputs.at("retentionPeriod");
    if (!place.isKnown()) return;
    const hours = place.number() ?? usual;
    if (hours < shortestHours)
      report(
        `Retains records for ${hours} h, so a consumer that stands still loses them: set retentionPeriod to ${shortestHours}.`,
      );
  },
};
