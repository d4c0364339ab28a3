import { wellArchitected } from "../../frameworks";
import type { ResourceRule } from "../../rule";

export const requireOnDemandStream: ResourceRule = {
  name: "kinesis-stream-require-on-demand",
  displayName: "Streams grow with the fleet",
  description: "Every stream has capacity on demand.",
  area: "scalability",
  severity: "medium",
  recommended: {
    level: "advisory",
    because: "Provisioned shards are a choice of cost.",
  },
  framework: wellArchitected.scaling,
  remediationSteps: 'Set streamModeDetails: { streamMode: "ON_DEMAND" }, and leave out shardCount.',
  url: "https://docs.aws.amazon.com/streams/latest/dev/how-do-i-size-a-stream.html",
  types: ["aws:kinesis/stream:Stream"],
  check({ inputs }, report) {
    const mode = inputs.at("streamModeDetails", "streamMode");
    if (mode.isKnown() && mode.text() !== "ON_DEMAND")
      report(
        "Has a fixed number of shards, at which writes are throttled: set streamModeDetails to ON_DEMAND.",
      );
  },
};
