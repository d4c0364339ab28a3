import type { Statement } from "../../../iam";
import { wellArchitected } from "../../frameworks";
import { documentsIn } from "../../iam/documents";
import type { StackRule } from "../../rule";
import type { Resource } from "../../stack/resource";
import { usedInIam } from "../../stack/roles";

/** Misuse of an unused role goes unnoticed. */
export const forbidOrphans: StackRule = {
  name: "iam-role-forbid-orphans",
  displayName: "Roles and policies are used",
  description: "Every role is given to something, and every policy is attached to something.",
  area: "least privilege",
  severity: "low",
  recommended: {
    level: "advisory",
    because: "An unused role grants nothing by itself.",
  },
  framework: wellArchitected.reducePermissions,
  remediationSteps: "Delete the role or the policy, or give it to what it was made for.",
  url: "https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html#remove-credentials",
  checkStack(stack, report) {
    const used = usedInIam(stack);
    for (const role of stack.of("aws:iam/role:Role"))
      if (!used.has(role) && isForServices(role))
        report(role, "Is given to nothing in this stack: delete it.");
    for (const policy of stack.of("aws:iam/policy:Policy"))
      if (!used.has(policy)) report(policy, "Is attached to nothing in this stack: delete it.");
  },
};

/** People and other accounts assume roles from outside the stack, by whichever statement. */
function isForServices(role: Resource): boolean {
  const allowing = documentsIn(role, "trust")
    .flatMap(({ statements }) => statements)
    .filter(({ effect }) => effect === "Allow");
  return allowing.length > 0 && allowing.every(({ principals }) => namesServicesOnly(principals));
}

const namesServicesOnly = (principals: Statement["principals"]): boolean =>
  typeof principals === "object" && Object.keys(principals).every((kind) => kind === "Service");
