import type { Statement } from "../../../iam";
import { wellArchitected } from "../../frameworks";
import { isRequiring } from "../../iam/breadth";
import { grantsIn, typesWithDocuments } from "../../iam/documents";
import type { ResourceRule } from "../../rule";
import { arnParts } from "../../stack/names";

/** Conditions that tell who asks, so that an open principal is not open. */
const telling =
  /^aws:(SourceArn|SourceAccount|SourceOrgID|PrincipalOrgID|PrincipalArn|PrincipalAccount)$/i;

/** A service acts for all its customers; the source says for which one. */
export const requireExactPrincipals: ResourceRule = {
  name: "iam-policy-require-exact-principals",
  displayName: "Resource policies admit exactly whom they must",
  description: "A resource policy admits a service for one source only, and never everybody.",
  area: "least privilege",
  severity: "high",
  framework: wellArchitected.crossAccount,
  remediationSteps:
    "Name the principal. For a service add ArnEquals on aws:SourceArn with the ARN of the one resource that it acts for, and StringEquals on aws:SourceAccount.",
  url: "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-sourcearn",
  types: typesWithDocuments("resource"),
  check(resource, report) {
    for (const { statement, by } of grantsIn(resource, "resource"))
      for (const finding of findingsIn(statement)) report(`${by} ${finding}`);
  },
};

function findingsIn({ principals, conditions }: Statement): string[] {
  if (principals === undefined) return [];
  const asked = Object.entries(conditions)
    .filter(([operator]) => isRequiring(operator))
    .flatMap(([, keys]) => Object.entries(keys));
  if (principals === "*" || principals.AWS?.includes("*"))
    return asked.some(([key]) => telling.test(key))
      ? []
      : ["admits everybody: name the principal, or the source by a condition."];
  return (principals.Service ?? []).flatMap((service) => {
    const sources = valuesOf(asked, "aws:SourceArn");
    const accounts = valuesOf(asked, "aws:SourceAccount");
    return [
      ...(sources.length > 0 && sources.every(isOne)
        ? []
        : [`admits ${service} for any resource: compare aws:SourceArn with the one it acts for.`]),
      ...(accounts.length > 0 || (sources.length > 0 && sources.every(namesAccount))
        ? []
        : [`admits ${service} for any account: compare aws:SourceAccount with this one.`]),
    ];
  });
}

const valuesOf = (asked: [string, string[]][], key: string): string[] =>
  asked
    .filter(([name]) => name.toLowerCase() === key.toLowerCase())
    .flatMap(([, values]) => values);

/** A family of names will do, such as all alarms of a stack; all resources of a service will not. */
const isOne = (source: string): boolean => {
  const parts = arnParts(source);
  return (
    parts !== undefined && !/[*?]/.test(parts.service) && !/^(\w+[:/])?\*+$/.test(parts.resource)
  );
};

const namesAccount = (source: string): boolean => /^\d{12}$/.test(arnParts(source)?.account ?? "");
