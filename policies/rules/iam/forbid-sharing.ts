import { wellArchitected } from "../../frameworks";
import type { StackRule } from "../../rule";
import { usersByRole } from "../../stack/roles";

/** A shared role has the permissions of all resources that use it. */
export const forbidSharing: StackRule = {
  name: "iam-role-forbid-sharing",
  displayName: "Each role is used by one resource",
  description: "No two resources use the same role.",
  area: "least privilege",
  severity: "high",
  recommended: {
    level: "advisory",
    because: "Shared roles are common; the union of permissions may be intended.",
  },
  framework: wellArchitected.leastPrivilege,
  remediationSteps:
    "Create a separate role for each resource, with only the statements that the resource requires.",
  url: "https://docs.aws.amazon.com/lambda/latest/dg/lambda-intro-execution-role.html",
  checkStack(stack, report) {
    for (const [role, users] of usersByRole(stack)) {
      const names = users.map(({ user }) => user.name).sort();
      if (users.length > 1)
        report(
          role,
          `Is shared by ${names.map((name) => `'${name}'`).join(", ")}: create a separate role for each.`,
        );
    }
  },
};
