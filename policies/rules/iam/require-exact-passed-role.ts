import { isNamedBy } from "../../../iam";
import { wellArchitected } from "../../frameworks";
import { limits } from "../../iam/breadth";
import { grantsIn, typesWithDocuments } from "../../iam/documents";
import type { ResourceRule } from "../../rule";

/** Who may pass any role to any service has every permission that some role of the account has. */
export const requireExactPassedRole: ResourceRule = {
  name: "iam-statement-require-exact-passed-role",
  displayName: "Roles are passed one by one, to one service",
  description: "A role is passed by its own ARN, and to the one service that is to assume it.",
  area: "least privilege",
  severity: "critical",
  recommended: {
    level: "mandatory",
    because: "Passing any role grants the permissions of every role.",
  },
  framework: wellArchitected.leastPrivilege,
  remediationSteps:
    "Write the role's ARN, without a wildcard, and StringEquals on iam:PassedToService with the service that is to assume it.",
  url: "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html",
  types: typesWithDocuments("identity"),
  check(resource, report) {
    for (const { statement, by } of grantsIn(resource, "identity")) {
      if (!isNamedBy(statement.actions, "iam:PassRole")) continue;
      for (const pattern of statement.resources)
        if (!isExact(pattern)) report(`${by} passes ${pattern}: name one role by its ARN.`);
      if (!limits(statement.conditions, "iam:PassedToService", isExact))
        report(`${by} passes a role to any service: add StringEquals on iam:PassedToService.`);
    }
  },
};

const isExact = (value: string): boolean => !/[*?]/.test(value);
