import type { Statement } from "../../../iam";
import { wellArchitected } from "../../frameworks";
import { isPattern } from "../../iam/actions";
import { grantsIn, typesWithDocuments } from "../../iam/documents";
import type { ResourceRule } from "../../rule";

/** A wildcard also matches every action that AWS adds later. A Deny statement can use wildcards, because it only removes permissions. */
export const forbidWildcardActions: ResourceRule = {
  name: "iam-statement-forbid-wildcard-actions",
  displayName: "Statements specify actions by their full names",
  description: "No Allow statement has a wildcard in its actions.",
  area: "least privilege",
  severity: "high",
  recommended: {
    level: "mandatory",
    because: "A wildcard grants every action that AWS adds to the service.",
  },
  framework: wellArchitected.leastPrivilege,
  remediationSteps:
    "Specify each action that is called, such as sqs:SendMessage. In a key policy, only the account root can have kms:*, which keeps the key manageable.",
  url: "https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html#grant-least-privilege",
  types: typesWithDocuments(),
  check(resource, report) {
    const isKey = resource.type.startsWith("aws:kms/");
    for (const { statement, by } of grantsIn(resource))
      for (const action of statement.actions)
        if (
          isPattern(action) &&
          !documented.has(action.toLowerCase()) &&
          !(isKey && administersKey(statement, action))
        )
          report(`${by} allows ${action}: specify each action by its full name.`);
  },
};

/**
 * Wildcards that AWS policies use: an operation and its variants, which one use of a key requires together.
 * @see https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html#key-policy-default-allow-users
 */
const documented = new Set(["kms:generatedatakey*", "kms:reencrypt*"]);

const account = /^AWS (arn:[^:]+:iam::\d{12}:root|\d{12})$/;

/** @see https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html */
function administersKey({ principals }: Statement, action: string): boolean {
  if (action !== "kms:*" || principals === undefined || principals === "*") return false;
  const names = Object.entries(principals).flatMap(([kind, list]) =>
    list.map((name) => `${kind} ${name}`),
  );
  return account.test(names.join());
}
