import { wellArchitected } from "../../frameworks";
import { findAction, type Action } from "../../iam/actions";
import { grantsIn, typesWithDocuments, type Grant } from "../../iam/documents";
import { canApply } from "../../iam/overlap";
import type { ResourceRule } from "../../rule";

/** Such a statement allows nothing, although it looks as if it did. */
export const forbidMismatchedResources: ResourceRule = {
  name: "iam-statement-forbid-mismatched-resources",
  displayName: "Actions and resources of a statement belong together",
  description: "Every action of a statement can be about one of its resources, and the reverse.",
  area: "least privilege",
  severity: "medium",
  recommended: {
    level: "advisory",
    because: "A resource that no action applies to is harmless.",
  },
  framework: wellArchitected.leastPrivilege,
  remediationSteps:
    "Write the ARN of what the action works on: s3:GetObject takes objects, s3:ListBucket buckets. Give actions that take only `*` a statement of their own.",
  url: "https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html",
  types: typesWithDocuments(),
  check(resource, report) {
    for (const { statement, by } of grantsIn(resource))
      for (const finding of findingsIn(statement)) report(`${by} ${finding}`);
  },
};

function findingsIn({ actions, resources }: Grant["statement"]): string[] {
  // Wildcards and actions that do not exist are rules of their own.
  const known = actions.flatMap((name) => findAction(name) ?? []);
  const idle = known.filter((action) => !resources.some((pattern) => canApply(action, pattern)));
  const unused = resources.filter((pattern) => !known.some((action) => canApply(action, pattern)));
  // With a wildcard or an unknown action beside it, a resource may be that one's.
  const all = known.length === actions.length;
  if (resources.length === 0) return [];
  return [
    ...idle.map(
      (action) =>
        `allows ${action.name} on nothing: it takes ${taken(action)}, not ${resources.join(", ")}.`,
    ),
    ...(all && idle.length < known.length
      ? unused.map((pattern) => `names ${pattern}, which none of its actions can be about.`)
      : []),
  ];
}

const taken = ({ types }: Action): string => {
  const names = types.map(({ name }) => name);
  return names.length === 0 ? "only `*`" : names.join(" or ");
};
