import type { PolicyDocument } from "./document";

/**
 * The policy that stands where a resource has none of its own, by the resource's ARN; undefined for resources that admit no one
 * without a policy, such as queues, functions and buckets. A policy of the resource's own replaces it.
 */
export function defaultPolicyOf(arn: string): PolicyDocument | undefined {
  const [, partition = "", service, , account = "", resource = ""] = arn.split(":");
  if (service === "sns") return topicPolicy(arn, account);
  if (service === "kms" && resource.startsWith("key/")) return keyPolicy(partition, account);
  return undefined;
}

/**
 * Lets the owner's account use the topic, and services that name the account as `aws:SourceOwner`.
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-troubleshooting.html
 */
const topicPolicy = (arn: string, account: string): PolicyDocument => ({
  name: "the default policy of the topic",
  version: "2008-10-17",
  statements: [
    {
      sid: "__default_statement_ID",
      effect: "Allow",
      principals: { AWS: ["*"] },
      actions: [
        "SNS:GetTopicAttributes",
        "SNS:SetTopicAttributes",
        "SNS:AddPermission",
        "SNS:RemovePermission",
        "SNS:DeleteTopic",
        "SNS:Subscribe",
        "SNS:ListSubscriptionsByTopic",
        "SNS:Publish",
      ],
      resources: [arn],
      conditions: { StringEquals: { "AWS:SourceOwner": [account] } },
    },
  ],
});

/**
 * Lets the account's own IAM policies decide about the key.
 * @see https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html
 */
const keyPolicy = (partition: string, account: string): PolicyDocument => ({
  name: "the default policy of the key",
  version: "2012-10-17",
  statements: [
    {
      sid: "Enable IAM User Permissions",
      effect: "Allow",
      principals: { AWS: [`arn:${partition}:iam::${account}:root`] },
      actions: ["kms:*"],
      resources: ["*"],
      conditions: {},
    },
  ],
});
