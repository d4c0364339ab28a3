import { isNamedBy } from "../../../iam";
import { wellArchitected } from "../../frameworks";
import { isNamed, limits } from "../../iam/breadth";
import { grantsIn, typesWithDocuments } from "../../iam/documents";
import type { ResourceRule } from "../../rule";

/** Actions that take no narrower resource, but a condition that does as much: the key, and what to compare it with. */
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
  displayName: "What no ARN can limit is limited by a condition",
  description: "Actions that take only `*` as resource have the condition that limits them.",
  area: "least privilege",
  severity: "medium",
  recommended: {
    level: "advisory",
    because: "The action has no narrower resource; the condition is a refinement.",
  },
  framework: wellArchitected.leastPrivilege,
  remediationSteps:
    "Give the action a statement of its own with the condition that the violation names, by StringEquals or ArnEquals.",
  url: "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition.html",
  types: typesWithDocuments("identity"),
  check(resource, report) {
    for (const { statement, by } of grantsIn(resource, "identity")) {
      for (const [action, [key, value]] of Object.entries(conditions))
        if (isNamedBy(statement.actions, action) && !limits(statement.conditions, key, isNamed))
          report(`${by} allows ${action} without a condition on ${key}: compare it with ${value}.`);
    }
  },
};
