import { wellArchitected } from "../../frameworks";
import type { ResourceRule } from "../../rule";
import { placesAt } from "../../stack/paths";

/** Where a policy is attached by its ARN. */
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
 * AWS writes its managed policies for everybody, and changes them. A `CallbackFunction` that is given no role attaches nine of them,
 * so this also finds those.
 */
export const forbidManagedPolicies: ResourceRule = {
  name: "iam-role-forbid-managed-policies",
  displayName: "Roles have statements of their own",
  description: "No principal has a policy that AWS manages.",
  area: "least privilege",
  severity: "high",
  recommended: {
    level: "advisory",
    because:
      "Managed policies for service roles are common, and rules about breadth report the wide ones.",
  },
  framework: wellArchitected.leastPrivilege,
  remediationSteps:
    "Write the statements that this role needs in an aws.iam.RolePolicy. Give every aws.lambda.CallbackFunction a `role`: without one it attaches nine managed policies.",
  url: "https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_managed-vs-inline.html",
  types: Object.keys(attachments),
  check({ type, inputs }, report) {
    for (const place of placesAt(inputs, attachments[type] as string))
      for (const arn of place.texts()) {
        const name = /^arn:[^:]*:iam::aws:policy\/(.+)/.exec(arn)?.[1];
        if (name)
          report(
            `Attaches ${name}, which AWS wrote for everybody: write the statements that are needed here.`,
          );
      }
  },
};
