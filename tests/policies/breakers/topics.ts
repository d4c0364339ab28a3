import { without, having, rewriting, permission, redrive, admission } from "./breaking";
import { type Breaker } from "../sabotage";

/** A topic rule publishes to the critical topic; what the code of functions calls, the pack does not know. */
const ofRule = ({ description }: Record<string, unknown>): string[] =>
  String(description).includes("-critical") ? [permission] : [];

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
  rewriting(
    "does not let its publishers in",
    "aws:kms/key:Key",
    "policy",
    (statements) => statements.filter(({ Sid }) => Sid !== "EncryptForPublishers"),
    ofRule,
  ),
  rewriting(
    "lets another role in than its publishers",
    "aws:kms/key:Key",
    "policy",
    (statements) =>
      statements.map((one) =>
        one.Sid === "EncryptForPublishers"
          ? {
              ...one,
              Condition: {
                ArnEquals: { "aws:PrincipalArn": "arn:aws:iam::123456789012:role/other" },
              },
            }
          : one,
      ),
    ofRule,
  ),
  rewriting(
    "uses the key of its topic by the alias",
    "aws:iam/rolePolicy:RolePolicy",
    "policy",
    (statements) =>
      statements.map((one) =>
        one.Sid === "EncryptForTopic"
          ? {
              ...one,
              Condition: {
                "ForAnyValue:StringLike": { "kms:ResourceAliases": "alias/iot-integrations-*" },
              },
            }
          : one,
      ),
    ["kms-statement-forbid-slow-conditions"],
  ),
  without("aws:kms/key:Key", "enableKeyRotation", ["kms-key-require-rotation"]),
  without(
    "aws:sns/topicSubscription:TopicSubscription",
    "redrivePolicy",
    ["sns-subscription-require-redrive"],
    [redrive, admission],
  ),
];
