import { matchesPattern } from "../../../iam";
import { wellArchitected } from "../../frameworks";
import { requiredOf } from "../../iam/breadth";
import { documentsIn } from "../../iam/documents";
import type { StackRule } from "../../rule";
import { kindOf, nameInArn, nameOf, type Kind } from "../../stack/names";
import type { Resource } from "../../stack/resource";
import { usersByRole } from "../../stack/roles";

/** Users whose own ARN the service sends as the source when it assumes their role. */
const sourced: readonly (Kind | undefined)[] = ["topic rule", "pipe", "state machine"];

/** A source that is not the user's locks the service out; one that is wider lets others in. */
export const requireMatchingSource: StackRule = {
  name: "iam-role-require-matching-source",
  displayName: "Roles trust the resource that has them, and no other",
  description: "The source that a trust policy names is the resource that the role is given to.",
  area: "least privilege",
  severity: "high",
  recommended: {
    level: "mandatory",
    because: "The service cannot assume the role, or other resources can.",
  },
  framework: wellArchitected.crossAccount,
  remediationSteps:
    "Compare aws:SourceArn with the ARN of the resource that has the role, computed from its name, without a wildcard.",
  url: "https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html",
  checkStack(stack, report) {
    for (const [role, users] of usersByRole(stack))
      for (const { user } of users) {
        const name = nameOf(user);
        if (!name || !sourced.includes(kindOf(user.type))) continue;
        for (const source of sourcesIn(role)) {
          const trusted = nameInArn(source) ?? source;
          if (trusted === name) continue;
          report(
            role,
            matchesPattern(trusted, name)
              ? `Trusts ${source}, and is given to '${user.name}' only: name that one.`
              : `Trusts ${source}, and is given to '${user.name}', which cannot assume it: name that one.`,
          );
        }
      }
  },
};

const sourcesIn = (role: Resource): string[] =>
  documentsIn(role, "trust").flatMap(({ statements }) =>
    statements
      .filter(({ effect }) => effect === "Allow")
      .flatMap(({ conditions }) => requiredOf(conditions, "aws:SourceArn").flat()),
  );
