import { wellArchitected } from "../../frameworks";
import type { ResourceRule } from "../../rule";

/** AWS's own key would do for roles, but its policy cannot be changed, and so admits no service. */
export const requireTopicEncryption: ResourceRule = {
  name: "sns-topic-require-encryption",
  displayName: "Topics are encrypted with a key of the customer's",
  description: "Every topic is encrypted with a key whose policy can admit services.",
  area: "encryption",
  severity: "high",
  recommended: {
    level: "advisory",
    because: "Encryption at rest is a matter of the data.",
  },
  framework: wellArchitected.encryptionAtRest,
  remediationSteps:
    "Make an aws.kms.Key with an alias and set kmsMasterKeyId to the alias; alias/aws/sns does not admit CloudWatch, S3 or EventBridge.",
  url: "https://docs.aws.amazon.com/sns/latest/dg/sns-enable-encryption-for-topic.html",
  types: ["aws:sns/topic:Topic"],
  check({ inputs }, report) {
    const key = inputs.at("kmsMasterKeyId");
    if (!key.given)
      report("Is not encrypted: set kmsMasterKeyId to the alias of a key of your own.");
    else if (key.peek()?.endsWith("alias/aws/sns"))
      report("Is encrypted with AWS's key, which admits no service: use a key of your own.");
  },
};
