import { sentBy, type Conditions, type Sent } from "../../../iam";
import { wellArchitected } from "../../frameworks";
import { limits } from "../../iam/breadth";
import { called, documentsIn } from "../../iam/documents";
import { isEverybody, servicesIn } from "../../iam/principals";
import type { ResourceRule } from "../../rule";

/**
 * A service that assumes a role acts for its caller. The conditions restrict the callers. Each statement is checked
 * separately, because a statement without conditions overrides the conditions of the others.
 */
export const requireTrustConditions: ResourceRule = {
  name: "iam-role-require-trust-conditions",
  displayName: "Services assume roles for one account and one source",
  description:
    "A role that a service assumes restricts the source account and the source resource, if the service documents those keys.",
  area: "least privilege",
  severity: "high",
  recommended: {
    level: "advisory",
    because:
      "AWS recommends the conditions; many default roles lack them, and passing the role is controlled separately.",
  },
  framework: wellArchitected.crossAccount,
  remediationSteps:
    "Add StringEquals on aws:SourceAccount, the account's id, and ArnLike on aws:SourceArn, the ARN of the resource that uses the role; for Firehose, add StringEquals on sts:ExternalId, the account's id. Name that resource and compute the ARN from the name: its ARN output would create a dependency cycle.",
  url: "https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html",
  types: ["aws:iam/role:Role"],
  check(resource, report) {
    for (const { statements } of documentsIn(resource, "trust"))
      statements.forEach((statement, index) => {
        const { effect, principals, conditions } = statement;
        if (effect === "Deny") return;
        const by = called(statement, index);
        if (isEverybody(principals))
          report(`${by} allows any principal to assume the role: specify the principal.`);
        for (const service of servicesIn(principals)) {
          const sent = sentBy(service, "sts:AssumeRole");
          if (sent)
            for (const finding of openIn(conditions, sent))
              report(`${by} allows ${service} to assume the role for ${finding}`);
          else
            report.undecided(
              `${by} trusts ${service}, for which iam/sent-keys.ts does not list the condition keys that the service sends.`,
            );
        }
      });
  },
};

const openIn = (conditions: Conditions, { keys, evidence }: Sent): string[] =>
  keys
    .filter(isNarrowed)
    .filter((key) => !limits(conditions, key, (value) => narrow[key].test(value)))
    .map((key) => `${whom[key]}: require ${key} (${evidence}).`);

const whom = {
  "aws:SourceAccount": "any account",
  "aws:SourceArn": "any resource",
  "sts:ExternalId": "any account",
};

/** Values that restrict a key to one account: an account ID, or an ARN of one service with an account ID. */
const narrow = {
  "aws:SourceAccount": /^\d{12}$/,
  "aws:SourceArn": /^arn:[^:]*:[^:*?]*:[^:]*:\d{12}:/,
  // Firehose sends the account's ID as external ID.
  "sts:ExternalId": /^\d{12}$/,
};

const isNarrowed = (key: string): key is keyof typeof narrow => Object.hasOwn(narrow, key);
