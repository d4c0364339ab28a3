import { isNamedBy } from "../../../iam";
import { wellArchitected } from "../../frameworks";
import { limits } from "../../iam/breadth";
import { grantsIn, typesWithDocuments } from "../../iam/documents";
import type { ResourceRule } from "../../rule";

/** A principal that can pass any role to any service has the permissions of every role in the account. */
export const requireExactPassedRole: ResourceRule = {
  name: "iam-statement-require-exact-passed-role",
  displayName: "Statements pass one role to one service",
  description:
    "Every iam:PassRole statement specifies the ARN of one role and the service that assumes it.",
  area: "least privilege",
  severity: "critical",
  recommended: {
    level: "mandatory",
    because: "Passing any role grants the permissions of every role.",
  },
  framework: wellArchitected.leastPrivilege,
  remediationSteps:
    "Specify the ARN of the role without a wildcard, and add StringEquals on iam:PassedToService with the service that assumes the role.",
  url: "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html",
  types: typesWithDocuments("identity"),
  check(resource, report) {
    for (const { statement, by } of grantsIn(resource, "identity")) {
      if (!isNamedBy(statement.actions, "iam:PassRole")) continue;
      for (const pattern of statement.resources)
        if (!isExact(pattern)) report(`${by} passes ${pattern}: specify the ARN of one role.`);
      if (!limits(statement.conditions, "iam:PassedToService", isExact))
        report(`${by} passes a role to any service: add StringEquals on iam:PassedToService.`);
    }
  },
};

const isExact = (value: string): boolean => !/[*?]/.test(value);
