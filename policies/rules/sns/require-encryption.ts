import { wellArchitected } from "../../frameworks";
import type { ResourceRule } from "../../rule";

/** The AWS managed key works for roles, but its policy cannot be changed and does not allow AWS services. */
export const requireTopicEncryption: ResourceRule = {
  name: "sns-topic-require-encryption",
  displayName: "Topics are encrypted with a customer managed key",
  description:
    "Every topic is encrypted with a customer managed key, whose policy can allow AWS services.",
  area: "encryption",
  severity: "high",
  recommended: {
    level: "advisory",
    because: "The need for encryption at rest depends on the data.",
  },
  framework: wellArchitected.encryptionAtRest,
  remediationSteps:
    "Create an aws.kms.Key with an alias and set kmsMasterKeyId to the alias; the policy of alias/aws/sns does not allow CloudWatch, Amazon S3 or EventBridge.",
  url: "https://docs.aws.amazon.com/sns/latest/dg/sns-enable-encryption-for-topic.html",
  types: ["aws:sns/topic:Topic"],
  check({ inputs }, report) {
    const key = inputs.at("kmsMasterKeyId");
    if (!key.given)
      report("Is not encrypted: set kmsMasterKeyId to the alias of a customer managed key.");
    else if (key.peek()?.endsWith("alias/aws/sns"))
      report(
        "Is encrypted with the AWS managed key, whose policy does not allow AWS services: use a customer managed key.",
      );
  },
};
