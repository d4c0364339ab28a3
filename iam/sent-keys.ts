import type { Context } from "./pattern";

/** Keys that tell on whose behalf a service calls. */
export type SourceKey =
  "aws:SourceAccount" | "aws:SourceArn" | "aws:SourceOwner" | "sts:ExternalId";

/** What AWS documents about one caller and one target. */
export interface Sent {
  /** The keys that the caller sends. A policy that requires another one may refuse every call. */
  keys: readonly SourceKey[];
  evidence: string;
  /** The only resources behind the target to which the page applies; undefined if it applies to all. */
  of?: "topics";
}

const page = (path: string): string => `https://docs.aws.amazon.com/${path}`;
const sent = (path: string, ...keys: SourceKey[]): Sent => ({ keys, evidence: page(path) });
const source = (path: string): Sent => sent(path, "aws:SourceArn");
const both = (path: string): Sent => sent(path, "aws:SourceAccount", "aws:SourceArn");
const neither = (path: string): Sent => sent(path);

const forEventBridge = "eventbridge/latest/userguide/eb-use-resource-based.html";
const confusedDeputyOfEventBridge =
  "eventbridge/latest/userguide/cross-service-confused-deputy-prevention.html";
const notificationsOfS3 =
  "AmazonS3/latest/userguide/grant-destinations-permissions-to-s3.html#grant-sns-sqs-permission-for-s3";

/**
 * By calling service, and by the prefix of the actions that it calls: the condition keys that AWS documents for the call. AWS publishes
 * no such list, so each row names its page. Components require no other key, the pack reports every other key, and the local run sends
 * none. A pair that is not listed is unverified.
 */
export const sentKeys: Readonly<Record<string, Readonly<Record<string, Sent>>>> = {
  "apigateway.amazonaws.com": {
    lambda: source("lambda/latest/dg/services-apigateway.html"),
    sts: neither("apigateway/latest/developerguide/permissions.html"),
  },
  "cloudwatch.amazonaws.com": {
    kms: both("sns/latest/dg/sns-key-management.html#compatibility-with-aws-services"),
    // SourceOwner is what the default policy of a topic requires.
    sns: sent("sns/latest/dg/sns-access-policy-use-cases.html", "aws:SourceArn", "aws:SourceOwner"),
  },
  "credentials.iot.amazonaws.com": {
    // The trust policy on that page has no condition.
    sts: neither("iot/latest/developerguide/authorizing-direct-aws.html"),
  },
  "ecs-tasks.amazonaws.com": {
    sts: both("AmazonECS/latest/developerguide/task-iam-roles.html"),
  },
  "edgelambda.amazonaws.com": {
    sts: neither("AmazonCloudFront/latest/DeveloperGuide/lambda-edge-permissions.html"),
  },
  "events.amazonaws.com": {
    // "Adding the aws:SourceAccount, aws:SourceArn, and aws:SourceOrgID to a AWS KMS policy is not supported for
    // EventBridge-to-encrypted topics." No page says the same of encrypted queues.
    kms: {
      ...neither("sns/latest/dg/sns-key-management.html#compatibility-with-aws-services"),
      of: "topics",
    },
    lambda: source(`${forEventBridge}#eb-lambda-permissions`),
    logs: neither(`${forEventBridge}#eb-cloudwatchlogs-permissions`),
    // "You can't use Condition blocks in Amazon SNS topic policies for EventBridge."
    sns: neither(`${forEventBridge}#eb-sns-permissions`),
    sqs: source(`${forEventBridge}#eb-sqs-permissions`),
    sts: both(confusedDeputyOfEventBridge),
  },
  "firehose.amazonaws.com": {
    sts: sent("firehose/latest/dev/controlling-access.html", "sts:ExternalId"),
  },
  "grafana.amazonaws.com": {
    sts: both("grafana/latest/userguide/AMG-manage-permissions.html"),
  },
  "iot.amazonaws.com": {
    lambda: both("iot/latest/developerguide/lambda-rule-action.html"),
    sts: both("iot/latest/developerguide/iot-create-role.html"),
  },
  "kinesisanalytics.amazonaws.com": {
    sts: both("kinesisanalytics/latest/java/iam-cross-service-confused-deputy-prevention.html"),
  },
  "lambda.amazonaws.com": {
    sts: neither("lambda/latest/dg/lambda-intro-execution-role.html"),
  },
  "logs.amazonaws.com": {
    sts: both("AmazonCloudWatch/latest/logs/Subscriptions-confused-deputy.html"),
  },
  "pipes.amazonaws.com": { sts: both(confusedDeputyOfEventBridge) },
  "quicksight.amazonaws.com": {
    sts: neither("quicksight/latest/user/security-create-iam-role.html"),
  },
  "redshift-serverless.amazonaws.com": {
    sts: neither("redshift/latest/mgmt/redshift-iam-authentication-access-control.html"),
  },
  "redshift.amazonaws.com": {
    sts: neither("redshift/latest/mgmt/authorizing-redshift-service.html"),
  },
  "s3.amazonaws.com": {
    // The example on that page has no condition.
    kms: neither(
      "AmazonS3/latest/userguide/grant-destinations-permissions-to-s3.html#key-policy-sns-sqs",
    ),
    lambda: both("lambda/latest/dg/permissions-function-services.html"),
    sns: both(notificationsOfS3),
    sqs: both(notificationsOfS3),
  },
  "sagemaker.amazonaws.com": {
    sts: both("sagemaker/latest/dg/security-confused-deputy-prevention.html"),
  },
  "scheduler.amazonaws.com": {
    sts: both("scheduler/latest/UserGuide/cross-service-confused-deputy-prevention.html"),
  },
  "sns.amazonaws.com": {
    lambda: source("lambda/latest/dg/permissions-function-services.html"),
    sqs: source("sns/latest/dg/sns-access-policy-use-cases.html#sns-publish-messages-to-sqs-queue"),
  },
  "states.amazonaws.com": {
    sts: both("step-functions/latest/dg/procedure-create-iam-role.html"),
  },
};

/** Returns what AWS documents about a service's call of an action; undefined for a pair that is not listed. */
export function sentBy(service: string, action: string): Sent | undefined {
  const targets = Object.hasOwn(sentKeys, service) ? sentKeys[service] : undefined;
  const [target = ""] = action.toLowerCase().split(":");
  return targets && Object.hasOwn(targets, target) ? targets[target] : undefined;
}

/** A call that an AWS service makes on behalf of one of its own resources. */
export interface ServiceCall {
  /** `cloudwatch.amazonaws.com` */
  service: string;
  action: string;
  sourceArn: string;
  sourceAccount: string;
}

/** Returns the condition keys of a service's call: those that AWS documents, and TLS, which services always use. */
export function serviceContext(call: ServiceCall): Context {
  const { service, action, sourceArn, sourceAccount } = call;
  const values: Record<SourceKey, string> = {
    "aws:SourceAccount": sourceAccount,
    "aws:SourceArn": sourceArn,
    "aws:SourceOwner": sourceAccount,
    "sts:ExternalId": sourceAccount,
  };
  const keys = sentBy(service, action)?.keys ?? [];
  return {
    "aws:SecureTransport": "true",
    ...Object.fromEntries(keys.map((key) => [key, values[key]])),
  };
}
