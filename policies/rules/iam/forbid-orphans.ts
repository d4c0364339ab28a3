import type { Statement } from "../../../iam";
import { wellArchitected } from "../../frameworks";
import { documentsIn } from "../../iam/documents";
import type { StackRule } from "../../rule";
import type { Resource } from "../../stack/resource";
import { usedInIam } from "../../stack/roles";

/** Misuse of an unused role is difficult to detect. */
export const forbidOrphans: StackRule = {
  name: "iam-role-forbid-orphans",
  displayName: "Roles and policies are used",
  description: "Every role is used by a resource, and every policy is attached to a principal.",
  area: "least privilege",
  severity: "low",
  recommended: {
    level: "advisory",
    because: "An unused role grants nothing by itself.",
  },
  framework: wellArchitected.reducePermissions,
  remediationSteps: "Delete the role or the policy, or attach it to the resource that requires it.",
  url: "https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html#remove-credentials",
  checkStack(stack, report) {
    const used = usedInIam(stack);
    for (const role of stack.of("aws:iam/role:Role"))
      if (!used.has(role) && isForServices(role))
        report(role, "Is not used by any resource in this stack: delete it.");
    for (const policy of stack.of("aws:iam/policy:Policy"))
      if (!used.has(policy))
        report(policy, "Is not attached to any principal in this stack: delete it.");
  },
};

/** Users and other accounts assume roles from outside the stack, so only roles for services are checked. */
function isForServices(role: Resource): boolean {
  const allowing = documentsIn(role, "trust")
    .flatMap(({ statements }) => statements)
    .filter(({ effect }) => effect === "Allow");
  return allowing.length > 0 && allowing.every(({ principals }) => namesServicesOnly(principals));
}

const namesServicesOnly = (principals: Statement["principals"]): boolean =>
  typeof principals === "object" && Object.keys(principals).every((kind) => kind === "Service");
