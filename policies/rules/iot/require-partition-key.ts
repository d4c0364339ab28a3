import { wellArchitected } from "../../frameworks";
import type { ResourceRule } from "../../rule";
import { placesAt } from "../../stack/paths";

/** All messages of one key go to one shard, which takes 1,000 records a second. */
export const requirePartitionKey: ResourceRule = {
  name: "iot-rule-require-partition-key",
  displayName: "Messages are spread over the shards of a stream",
  description: "A topic rule that writes to a stream takes the partition key from the message.",
  area: "scalability",
  severity: "medium",
  recommended: {
    level: "advisory",
    because: "Low volumes fit into one shard.",
  },
  framework: wellArchitected.scaling,
  remediationSteps:
    "Set partitionKey to a substitution template that names the device, such as ${topic(2)}.",
  url: "https://docs.aws.amazon.com/iot/latest/developerguide/kinesis-rule-action.html",
  types: ["aws:iot/topicRule:TopicRule"],
  check({ inputs }, report) {
    for (const action of [...placesAt(inputs, "kineses[]"), inputs.at("errorAction", "kinesis")]) {
      const key = action.at("partitionKey");
      if (!action.given || !key.isKnown() || key.text()?.match(/\$\{.+\}/)) continue;
      report(
        key.given
          ? `Writes all messages to one shard, by the partition key '${key.peek()}': take it from the message.`
          : "Writes without a partition key of its own: take one from the message, such as ${topic(2)}.",
      );
    }
  },
};
