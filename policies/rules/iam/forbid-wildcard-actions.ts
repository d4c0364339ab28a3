import type { Statement } from "../../../iam";
import { wellArchitected } from "../../frameworks";
import { isPattern } from "../../iam/actions";
import { grantsIn, typesWithDocuments } from "../../iam/documents";
import type { ResourceRule } from "../../rule";

/** What a wildcard stands for grows with every action that AWS adds. A denial may use one: it only ever takes away. */
export const forbidWildcardActions: ResourceRule = {
  name: "iam-statement-forbid-wildcard-actions",
  displayName: "Statements name their actions in full",
  description: "No statement allows actions by a wildcard.",
  area: "least privilege",
  severity: "high",
  recommended: {
    level: "mandatory",
    because: "A wildcard grants every action that AWS adds to the service.",
  },
  framework: wellArchitected.leastPrivilege,
  remediationSteps:
    "Name each action that is called, such as sqs:SendMessage. In a key policy the account's root alone may have kms:*, or the key could not be changed again.",
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
          report(`${by} allows ${action}: name each action in full.`);
  },
};

/**
 * Families that AWS's own policies write so: an operation and its variants, which one use of a key needs together.
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
