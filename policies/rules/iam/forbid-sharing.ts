import { wellArchitected } from "../../frameworks";
import type { StackRule } from "../../rule";
import { usersByRole } from "../../stack/roles";

/** A shared role has the permissions of all who share it. */
export const forbidSharing: StackRule = {
  name: "iam-role-forbid-sharing",
  displayName: "Each role has one user",
  description: "No role is given to two resources.",
  area: "least privilege",
  severity: "high",
  recommended: {
    level: "advisory",
    because: "Shared roles are common; the union of permissions may be intended.",
  },
  framework: wellArchitected.leastPrivilege,
  remediationSteps: "Make a role for each, with the statements that this one needs.",
  url: "https://docs.aws.amazon.com/lambda/latest/dg/lambda-intro-execution-role.html",
  checkStack(stack, report) {
    for (const [role, users] of usersByRole(stack)) {
      const names = users.map(({ user }) => user.name).sort();
      if (users.length > 1)
        report(
          role,
          `Is given to ${names.map((name) => `'${name}'`).join(", ")}: make a role for each.`,
        );
    }
  },
};
