import { wellArchitected } from "../../frameworks";
import type { ResourceRule } from "../../rule";
import { placesAt } from "../../stack/paths";

/** All records with the same partition key go to one shard, which accepts 1,000 records per second. */
export const requirePartitionKey: ResourceRule = {
  name: "iot-rule-require-partition-key",
  displayName: "Messages are distributed over the shards of a stream",
  description:
    "Every topic rule that writes to a stream derives the partition key from the message.",
  area: "scalability",
  severity: "medium",
  recommended: {
    level: "advisory",
    because: "A single shard is sufficient for low volumes.",
  },
  framework: wellArchitected.scaling,
  remediationSteps:
    "Set partitionKey to a substitution template that identifies the device, such as ${topic(2)}.",
  url: "https://docs.aws.amazon.com/iot/latest/developerguide/kinesis-rule-action.html",
  types: ["aws:iot/topicRule:TopicRule"],
  check({ inputs }, report) {
    for (const action of [...placesAt(inputs, "kineses[]"), inputs.at("errorAction", "kinesis")]) {
      const key = action.at("partitionKey");
      if (!action.given || !key.isKnown() || key.text()?.match(/\$\{.+\}/)) continue;
      report(
        key.given
          ? `Writes all messages to one shard with the partition key '${key.peek()}': derive the partition key from the message.`
          : "Has no partition key: derive one from the message, such as ${topic(2)}.",
      );
    }
  },
};
