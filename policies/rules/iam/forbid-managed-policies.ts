import { wellArchitected } from "../../frameworks";
import type { ResourceRule } from "../../rule";
import { placesAt } from "../../stack/paths";

/** The inputs that attach a policy by its ARN. */
const attachments: Record<string, string> = {
  "aws:iam/groupPolicyAttachment:GroupPolicyAttachment": "policyArn",
  "aws:iam/groupPolicyAttachmentsExclusive:GroupPolicyAttachmentsExclusive": "policyArns",
  "aws:iam/policyAttachment:PolicyAttachment": "policyArn",
  "aws:iam/role:Role": "managedPolicyArns",
  "aws:iam/rolePolicyAttachment:RolePolicyAttachment": "policyArn",
  "aws:iam/rolePolicyAttachmentsExclusive:RolePolicyAttachmentsExclusive": "policyArns",
  "aws:iam/userPolicyAttachment:UserPolicyAttachment": "policyArn",
  "aws:iam/userPolicyAttachmentsExclusive:UserPolicyAttachmentsExclusive": "policyArns",
};

/**
 * AWS managed policies cover many use cases, and AWS changes them. A `CallbackFunction` without a role attaches nine of them,
 * which this rule also reports.
 */
export const forbidManagedPolicies: ResourceRule = {
  name: "iam-role-forbid-managed-policies",
  displayName: "Roles do not use AWS managed policies",
  description: "No principal has an AWS managed policy.",
  area: "least privilege",
  severity: "high",
  recommended: {
    level: "advisory",
    because:
      "Managed policies for service roles are common, and other rules report broad permissions.",
  },
  framework: wellArchitected.leastPrivilege,
  remediationSteps:
    "Create an aws.iam.RolePolicy with only the statements that the role requires. Set `role` on every aws.lambda.CallbackFunction: without a role it attaches nine managed policies.",
  url: "https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_managed-vs-inline.html",
  types: Object.keys(attachments),
  check({ type, inputs }, report) {
    for (const place of placesAt(inputs, attachments[type] as string))
      for (const arn of place.texts()) {
        const name = /^arn:[^:]*:iam::aws:policy\/(.+)/.exec(arn)?.[1];
        if (name)
          report(
            `Attaches the AWS managed policy ${name}, which grants more than this role needs: replace it with a policy that contains only the required statements.`,
          );
      }
  },
};
