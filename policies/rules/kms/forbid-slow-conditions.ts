import { wellArchitected } from "../../frameworks";
import { required } from "../../iam/breadth";
import { grantsIn, typesWithDocuments } from "../../iam/documents";
import type { ResourceRule } from "../../rule";

/** Keys whose values change after the key exists, and reach authorization up to five minutes later. */
const slow = /^(kms:(ResourceAliases|RequestAlias)|aws:ResourceTag\/.+)$/i;

/** Until a new alias or tag arrives, every call with the key is refused, so the first messages after a deployment fail. */
export const forbidSlowConditions: ResourceRule = {
  name: "kms-statement-forbid-slow-conditions",
  displayName: "Use of keys does not wait for aliases or tags",
  description:
    "No statement allows the use of a KMS key by its alias or tags, which take up to five minutes to arrive.",
  area: "encryption",
  severity: "medium",
  recommended: {
    level: "advisory",
    because: "Only the first minutes after a key is created are affected.",
  },
  framework: wellArchitected.leastPrivilege,
  remediationSteps:
    "Name the roles in the key policy, by a condition on aws:PrincipalArn if they do not exist yet, and restrict the role's statement by kms:EncryptionContext or kms:ViaService.",
  url: "https://docs.aws.amazon.com/kms/latest/developerguide/alias-authorization.html",
  types: typesWithDocuments("identity", "resource"),
  check(resource, report) {
    for (const { statement, by } of grantsIn(resource, "identity", "resource")) {
      if (!statement.actions.some((action) => /^(kms:|\*)/i.test(action))) continue;
      for (const [key] of required(statement.conditions))
        if (slow.test(key))
          report(
            `${by} allows the use of keys by ${key}, which takes up to five minutes to arrive: select the key by its policy or by the encryption context.`,
          );
    }
  },
};
