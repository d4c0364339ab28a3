import { wellArchitected } from "../../frameworks";
import { findAction, type Action } from "../../iam/actions";
import { grantsIn, typesWithDocuments, type Grant } from "../../iam/documents";
import { canApply } from "../../iam/overlap";
import type { ResourceRule } from "../../rule";

/** A statement whose actions do not apply to its resources has no effect. */
export const forbidMismatchedResources: ResourceRule = {
  name: "iam-statement-forbid-mismatched-resources",
  displayName: "Actions of a statement apply to its resources",
  description:
    "Every action of a statement applies to one of its resources, and every resource has an action that applies to it.",
  area: "least privilege",
  severity: "medium",
  recommended: {
    level: "advisory",
    because: "A resource to which no action applies is harmless.",
  },
  framework: wellArchitected.leastPrivilege,
  remediationSteps:
    "Specify the ARN of a resource type that the action supports: s3:GetObject applies to objects, s3:ListBucket to buckets. Move actions that support only `*` to a separate statement.",
  url: "https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html",
  types: typesWithDocuments(),
  check(resource, report) {
    for (const { statement, by } of grantsIn(resource))
      for (const finding of findingsIn(statement)) report(`${by} ${finding}`);
  },
};

function findingsIn({ actions, resources }: Grant["statement"]): string[] {
  // Other rules check wildcards and actions that do not exist.
  const known = actions.flatMap((name) => findAction(name) ?? []);
  const idle = known.filter((action) => !resources.some((pattern) => canApply(action, pattern)));
  const unused = resources.filter((pattern) => !known.some((action) => canApply(action, pattern)));
  // A wildcard or an unknown action in the statement can apply to the resource.
  const all = known.length === actions.length;
  if (resources.length === 0) return [];
  return [
    ...idle.map(
      (action) =>
        `allows ${action.name} on no resource: the action supports ${taken(action)}, not ${resources.join(", ")}.`,
    ),
    ...(all && idle.length < known.length
      ? unused.map(
          (pattern) => `names ${pattern}, to which none of its actions apply: remove the resource.`,
        )
      : []),
  ];
}

const taken = ({ types }: Action): string => {
  const names = types.map(({ name }) => name);
  return names.length === 0 ? "only `*`" : names.join(" or ");
};
