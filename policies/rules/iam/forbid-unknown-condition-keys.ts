import { wellArchitected } from "../../frameworks";
import { findAction, isGlobalKey, isService, takesKey } from "../../iam/actions";
import { grantsIn, typesWithDocuments, type DocumentKind, type Grant } from "../../iam/documents";
import type { ResourceRule } from "../../rule";

/** Policies of devices are excluded: devices have keys that no reference lists, such as the attributes of their things. */
const kinds: DocumentKind[] = ["identity", "trust", "resource"];

/** IAM accepts any key; a key that the request does not contain makes the condition false, so the statement has no effect. */
export const forbidUnknownConditionKeys: ResourceRule = {
  name: "iam-statement-forbid-unknown-condition-keys",
  displayName: "Conditions use keys that the action supports",
  description: "No Allow statement has a condition key that its actions do not support.",
  area: "least privilege",
  severity: "high",
  recommended: {
    level: "mandatory",
    because: "The condition never matches, so the statement has no effect.",
  },
  framework: wellArchitected.leastPrivilege,
  remediationSteps:
    "Use a key that the Service Authorization Reference lists for the action, or a global `aws:` key; move actions with other keys to a separate statement.",
  url: "https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html",
  types: typesWithDocuments(...kinds),
  check(resource, report) {
    for (const { statement, by } of grantsIn(resource, ...kinds))
      for (const finding of findingsIn(statement)) report(`${by} ${finding}`);
  },
};

function findingsIn({ actions, conditions }: Grant["statement"]): string[] {
  const keys = Object.entries(conditions)
    .filter(([operator]) => needsKey(operator))
    .flatMap(([, wanted]) => Object.keys(wanted))
    .filter((key) => !isGlobalKey(key) && !isOfProvider(key));
  // Other rules check wildcards and actions that do not exist.
  const known = actions.flatMap((name) => findAction(name) ?? []);
  return [...new Set(keys)].flatMap((key) => {
    if (!isService(key.replace(/:.*/, "")))
      return [
        `requires ${key}, which does not exist, so the condition never matches: use an existing condition key.`,
      ];
    return known
      .filter((action) => !takesKey(action, key))
      .map(
        (action) =>
          `requires ${key}, which ${action.name} does not support, so the condition never matches: use a condition key of the action.`,
      );
  });
}

/** Keys of identity providers, such as `token.actions.githubusercontent.com:sub`, which no reference lists. */
const isOfProvider = (key: string): boolean => /^(saml|[^:]*[./][^:]*):/i.test(key);

/** Operators that do not match a request without the key; a negated operator matches it, unless it has ForAnyValue. */
const needsKey = (operator: string): boolean =>
  !/ForAllValues|Null|^\w*Not|IfExists/.test(operator);
