import { matchesPattern } from "../../../iam";
import { wellArchitected } from "../../frameworks";
import { requiredOf } from "../../iam/breadth";
import { documentsIn } from "../../iam/documents";
import type { StackRule } from "../../rule";
import { kindOf, nameInArn, nameOf, type Kind } from "../../stack/names";
import type { Resource } from "../../stack/resource";
import { usersByRole } from "../../stack/roles";

/** Resources whose ARN the service sends as the source when it assumes their role. */
const sourced: readonly (Kind | undefined)[] = ["topic rule", "pipe", "state machine"];

/** A different source prevents the service from assuming the role; a broader source allows other resources to use it. */
export const requireMatchingSource: StackRule = {
  name: "iam-role-require-matching-source",
  displayName: "Roles trust only the resource that uses them",
  description: "The source in a trust policy is the resource that uses the role.",
  area: "least privilege",
  severity: "high",
  recommended: {
    level: "mandatory",
    because: "The service cannot assume the role, or other resources can.",
  },
  framework: wellArchitected.crossAccount,
  remediationSteps:
    "Restrict aws:SourceArn to the ARN of the resource that uses the role, computed from its name, without a wildcard.",
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
              ? `Trusts ${source}, but only '${user.name}' uses the role: restrict aws:SourceArn to its ARN.`
              : `Trusts ${source}, so '${user.name}' cannot assume the role: restrict aws:SourceArn to its ARN.`,
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
