import { wellArchitected } from "../../frameworks";
import { required } from "../../iam/breadth";
import { grantsIn, typesWithDocuments, type Grant } from "../../iam/documents";
import type { ResourceRule } from "../../rule";

/** What Lambda does with a function's role before the function runs; such calls name no source function. */
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

/** A statement with a condition that is never met allows nothing. */
export const forbidDeadConditions: ResourceRule = {
  name: "iam-statement-forbid-dead-conditions",
  displayName: "Conditions can be met",
  description: "No statement allows under a condition that no such request meets.",
  area: "least privilege",
  severity: "high",
  recommended: {
    level: "mandatory",
    because: "The statement allows nothing, so the call that needs it fails.",
  },
  framework: wellArchitected.leastPrivilege,
  remediationSteps:
    "Leave the condition out; the ARN of the resource limits the statement. aws:SourceArn and aws:SourceAccount belong into trust and resource policies, lambda:SourceFunctionArn to what the function's code calls.",
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
        `asks for ${key}, which only services send that act by a resource policy: leave it out.`,
      ];
    if (key.toLowerCase() !== "lambda:sourcefunctionarn") return [];
    return actions
      .filter((action) => polling.has(action.toLowerCase()))
      .map(
        (action) =>
          `asks for ${key}, which Lambda does not send with ${action}, since the function is not running yet: leave it out.`,
      );
  });
}
