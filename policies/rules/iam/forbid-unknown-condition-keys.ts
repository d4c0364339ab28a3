import { wellArchitected } from "../../frameworks";
import { findAction, isGlobalKey, isService, takesKey } from "../../iam/actions";
import { grantsIn, typesWithDocuments, type DocumentKind, type Grant } from "../../iam/documents";
import type { ResourceRule } from "../../rule";

/** Devices bring keys along that no list has, such as the attributes of their things. */
const kinds: DocumentKind[] = ["identity", "trust", "resource"];

/** IAM takes any key; one that the request does not have makes the condition false, and the statement worth nothing. */
export const forbidUnknownConditionKeys: ResourceRule = {
  name: "iam-statement-forbid-unknown-condition-keys",
  displayName: "Conditions ask for keys that the action has",
  description: "No statement allows an action under a condition key that it does not have.",
  area: "least privilege",
  severity: "high",
  recommended: {
    level: "mandatory",
    because: "The condition never matches, so the statement allows nothing.",
  },
  framework: wellArchitected.leastPrivilege,
  remediationSteps:
    "Write a key of the action's page in the Service Authorization Reference, or one of the global `aws:` keys; give actions with other keys a statement of their own.",
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
  // Wildcards and actions that do not exist are rules of their own.
  const known = actions.flatMap((name) => findAction(name) ?? []);
  return [...new Set(keys)].flatMap((key) => {
    if (!isService(key.replace(/:.*/, "")))
      return [`asks for ${key}, which there is not: it can never match.`];
    return known
      .filter((action) => !takesKey(action, key))
      .map((action) => `asks for ${key}, which ${action.name} does not have: it can never match.`);
  });
}

/** Keys of identity providers, such as `token.actions.githubusercontent.com:sub`, which no list has. */
const isOfProvider = (key: string): boolean => /^(saml|[^:]*[./][^:]*):/i.test(key);

/** Operators that no request without the key meets; a negated one is met by it, unless it asks for any of its values. */
const needsKey = (operator: string): boolean =>
  !/ForAllValues|Null|^\w*Not|IfExists/.test(operator);
