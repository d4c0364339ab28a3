import { wellArchitected } from "../../frameworks";
import { required } from "../../iam/breadth";
import { grantsIn, typesWithDocuments, type Grant } from "../../iam/documents";
import type { ResourceRule } from "../../rule";

/** Actions that Lambda calls with a function's role before the function runs; these requests have no source function ARN. */
const polling = new Set(
  [
    "sqs:ReceiveMessage",
    "sqs:DeleteMessage",
    "sqs:GetQueueAttributes",
    "sqs:ChangeMessageVisibility",
    "kinesis:GetRecords",
    "kinesis:GetShardIterator",
    "kinesis:DescribeStream",
    "kinesis:DescribeStreamSummary",
    "kinesis:ListShards",
    "kinesis:SubscribeToShard",
    "dynamodb:GetRecords",
    "dynamodb:GetShardIterator",
    "dynamodb:DescribeStream",
    "ec2:CreateNetworkInterface",
    "ec2:DeleteNetworkInterface",
  ].map((action) => action.toLowerCase()),
);

const forServices = new Set(["aws:sourcearn", "aws:sourceaccount", "aws:sourceorgid"]);

/** A statement with a condition that is never met has no effect. */
export const forbidDeadConditions: ResourceRule = {
  name: "iam-statement-forbid-dead-conditions",
  displayName: "Conditions can be met",
  description: "No Allow statement has a condition that its requests never meet.",
  area: "least privilege",
  severity: "high",
  recommended: {
    level: "mandatory",
    because: "The statement has no effect, so the call that requires it fails.",
  },
  framework: wellArchitected.leastPrivilege,
  remediationSteps:
    "Remove the condition; the resource ARN restricts the statement. Use aws:SourceArn and aws:SourceAccount in trust policies and resource policies, and lambda:SourceFunctionArn for actions that the function's code calls.",
  url: "https://docs.aws.amazon.com/lambda/latest/dg/permissions-source-function-arn.html",
  types: typesWithDocuments("identity"),
  check(resource, report) {
    for (const { statement, by } of grantsIn(resource, "identity"))
      for (const finding of findingsIn(statement)) report(`${by} ${finding}`);
  },
};

function findingsIn({ actions, conditions }: Grant["statement"]): string[] {
  return required(conditions).flatMap(([key]) => {
    if (forServices.has(key.toLowerCase()))
      return [
        `requires ${key}, which AWS sends only for service principals: remove the condition.`,
      ];
    if (key.toLowerCase() !== "lambda:sourcefunctionarn") return [];
    return actions
      .filter((action) => polling.has(action.toLowerCase()))
      .map(
        (action) =>
          `requires ${key}, which Lambda does not send with ${action}, because the function is not running yet: remove the condition.`,
      );
  });
}
