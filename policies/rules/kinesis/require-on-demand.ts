import { wellArchitected } from "../../frameworks";
import type { ResourceRule } from "../../rule";

export const requireOnDemandStream: ResourceRule = {
  name: "kinesis-stream-require-on-demand",
  displayName: "Streams use on-demand capacity",
  description: "Every stream uses on-demand capacity mode.",
  area: "scalability",
  severity: "medium",
  recommended: {
    level: "advisory",
    because: "Provisioned shards can be a deliberate cost decision.",
  },
  framework: wellArchitected.scaling,
  remediationSteps: 'Set streamModeDetails: { streamMode: "ON_DEMAND" }, and omit shardCount.',
  url: "https://docs.aws.amazon.com/streams/latest/dev/how-do-i-size-a-stream.html",
  types: ["aws:kinesis/stream:Stream"],
  check({ inputs }, report) {
    const mode = inputs.at("streamModeDetails", "streamMode");
    if (mode.isKnown() && mode.text() !== "ON_DEMAND")
      report(
        "Has provisioned shards, which throttle writes above a fixed rate: set streamModeDetails to ON_DEMAND.",
      );
  },
};
