import type { Statement } from "../../../iam";
import { wellArchitected } from "../../frameworks";
import { isRequiring } from "../../iam/breadth";
import { called, documentsIn } from "../../iam/documents";
import { trustOf, type Trust } from "../../iam/trust";
import type { ResourceRule } from "../../rule";
import { arnParts } from "../../stack/names";

/**
 * A service that assumes a role acts for whoever asked it to. The conditions say for whom it may. Each statement is looked at by
 * itself, since one without conditions undoes the conditions of its siblings.
 */
export const requireTrustConditions: ResourceRule = {
  name: "iam-role-require-trust-conditions",
  displayName: "Services assume roles for one account and one source",
  description:
    "A role that a service assumes says on whose behalf, wherever the service documents that it tells.",
  area: "least privilege",
  severity: "high",
  framework: wellArchitected.crossAccount,
  remediationSteps:
    "Add StringEquals on aws:SourceAccount, the account's id, and ArnLike on aws:SourceArn, the ARN of the resource that uses the role, computed from its name.",
  url: "https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html",
  types: ["aws:iam/role:Role"],
  check(resource, report) {
    for (const { statements } of documentsIn(resource, "trust"))
      statements.forEach((statement, index) => {
        if (statement.effect === "Deny") return;
        for (const finding of findingsIn(statement))
          report(`${called(statement, index)} ${finding}`);
        for (const service of servicesIn(statement).filter((name) => !trusted(name)))
          report.undecided(
            `${called(statement, index)} trusts ${service}, of which policies/iam/trust.ts does not say what it sends.`,
          );
      });
  },
};

function findingsIn({ principals, conditions }: Statement): string[] {
  if (principals === undefined) return [];
  if (principals === "*" || principals.AWS?.includes("*"))
    return ["lets everybody assume the role: name the one principal."];
  return servicesIn({ principals }).flatMap((service) => {
    const { keys = [], evidence = "" } = trusted(service) ?? {};
    return keys
      .filter((key) => !isAsked(conditions, key))
      .map((key) => {
        const whom = key === "aws:SourceArn" ? "any resource" : "any account";
        return `lets ${service} assume the role for ${whom}: ask for ${key} (${evidence}).`;
      });
  });
}

const servicesIn = ({ principals }: Pick<Statement, "principals">): string[] =>
  principals === undefined || principals === "*" ? [] : (principals.Service ?? []);

const trusted = (service: string): Trust | undefined =>
  Object.hasOwn(trustOf, service) ? trustOf[service] : undefined;

/** True if some condition needs the key, with a value that limits it to one account. */
function isAsked(conditions: Statement["conditions"], key: string): boolean {
  const values = Object.entries(conditions)
    .filter(([operator]) => isRequiring(operator))
    .flatMap(([, keys]) => Object.entries(keys))
    .filter(([name]) => name.toLowerCase() === key.toLowerCase())
    .flatMap(([, wanted]) => wanted);
  return values.length > 0 && values.every((value) => limits(key, value));
}

function limits(key: string, value: string): boolean {
  if (key === "aws:SourceAccount") return /^\d{12}$/.test(value);
  const parts = arnParts(value);
  return parts !== undefined && /^\d{12}$/.test(parts.account) && !/[*?]/.test(parts.service);
}
