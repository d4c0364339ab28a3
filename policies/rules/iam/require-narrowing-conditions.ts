import { isNamedBy } from "../../../iam";
import { wellArchitected } from "../../frameworks";
import { isNamed, limits } from "../../iam/breadth";
import { grantsIn, typesWithDocuments } from "../../iam/documents";
import type { ResourceRule } from "../../rule";

/** Actions that support only `*` but have a condition key that restricts them: the key and its value. */
const conditions: Record<string, [key: string, value: string]> = {
  "cloudwatch:PutMetricData": ["cloudwatch:namespace", "the namespace that is written to"],
  "lambda:CreateEventSourceMapping": ["lambda:FunctionArn", "the function that is mapped"],
  "redshift-data:CancelStatement": [
    "redshift-data:statement-owner-iam-userid",
    "${aws:userid}, so that each session sees its own statements only",
  ],
  "redshift-data:DescribeStatement": [
    "redshift-data:statement-owner-iam-userid",
    "${aws:userid}, so that each session sees its own statements only",
  ],
  "redshift-data:GetStatementResult": [
    "redshift-data:statement-owner-iam-userid",
    "${aws:userid}, so that each session sees its own statements only",
  ],
};

export const requireNarrowingConditions: ResourceRule = {
  name: "iam-statement-require-narrowing-conditions",
  displayName: "Actions without resource ARNs have a condition",
  description:
    "Every action that supports only `*` as resource has the condition that restricts it.",
  area: "least privilege",
  severity: "medium",
  recommended: {
    level: "advisory",
    because: "The action has no narrower resource; the condition is a refinement.",
  },
  framework: wellArchitected.leastPrivilege,
  remediationSteps:
    "Move the action to a separate statement with the condition that the violation names, using StringEquals or ArnEquals.",
  url: "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition.html",
  types: typesWithDocuments("identity"),
  check(resource, report) {
    for (const { statement, by } of grantsIn(resource, "identity")) {
      for (const [action, [key, value]] of Object.entries(conditions))
        if (isNamedBy(statement.actions, action) && !limits(statement.conditions, key, isNamed))
          report(
            `${by} allows ${action} without a condition on ${key}: restrict the key to ${value}.`,
          );
    }
  },
};
