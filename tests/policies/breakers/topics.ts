import { without, having, rewriting, redrive, admission } from "./breaking";
import { type Breaker } from "../sabotage";

export const ofTopics: Breaker[] = [
  without("aws:sns/topic:Topic", "kmsMasterKeyId", ["sns-topic-require-encryption"]),
  having(
    "aws:sns/topic:Topic",
    "kmsMasterKeyId",
    "alias/aws/sns",
    ["sns-topic-require-encryption"],
    ["cloudwatch-alarm-require-reachable-target"],
  ),
  rewriting(
    "takes plain text",
    "aws:sns/topic:Topic",
    "policy",
    (statements) => statements.filter(({ Effect }) => Effect !== "Deny"),
    ["aws-resource-require-tls"],
  ),
  ...(["aws:sns/topic:Topic", "aws:kms/key:Key"] as const).map((type) =>
    rewriting(
      "does not let CloudWatch in",
      type,
      "policy",
      (statements) =>
        statements.filter((one) => !JSON.stringify(one.Principal).includes("cloudwatch")),
      ["cloudwatch-alarm-require-reachable-target"],
    ),
  ),
  without("aws:kms/key:Key", "enableKeyRotation", ["kms-key-require-rotation"]),
  without(
    "aws:sns/topicSubscription:TopicSubscription",
    "redrivePolicy",
    ["sns-subscription-require-redrive"],
    [redrive, admission],
  ),
];
