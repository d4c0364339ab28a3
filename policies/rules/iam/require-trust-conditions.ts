import type { Conditions } from "../../../iam";
import { wellArchitected } from "../../frameworks";
import { limits } from "../../iam/breadth";
import { called, documentsIn } from "../../iam/documents";
import { isEverybody, servicesIn } from "../../iam/principals";
import { trustOf, type Trust } from "../../iam/trust";
import type { ResourceRule } from "../../rule";

/**
 * A service that assumes a role acts for its caller. The conditions limit the callers. Each statement is looked at by
 * itself, since one without conditions undoes the conditions of its siblings.
 */
export const requireTrustConditions: ResourceRule = {
  name: "iam-role-require-trust-conditions",
  displayName: "Services assume roles for one account and one source",
  description:
    "A role that a service assumes says on whose behalf, wherever the service documents that it tells.",
  area: "least privilege",
  severity: "high",
  recommended: {
    level: "advisory",
    because:
      "AWS recommends the conditions; many default roles lack them, and passing the role is controlled separately.",
  },
  framework: wellArchitected.crossAccount,
  remediationSteps:
    "Add StringEquals on aws:SourceAccount, the account's id, and ArnLike on aws:SourceArn, the ARN of the resource that uses the role. Name that resource and compute the ARN from the name: its own ARN would make a cycle.",
  url: "https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html",
  types: ["aws:iam/role:Role"],
  check(resource, report) {
    for (const { statements } of documentsIn(resource, "trust"))
      statements.forEach((statement, index) => {
        const { effect, principals, conditions } = statement;
        if (effect === "Deny") return;
        const by = called(statement, index);
        if (isEverybody(principals))
          report(`${by} lets everybody assume the role: name the one principal.`);
        for (const service of servicesIn(principals)) {
          const sent = trusted(service);
          if (sent)
            for (const finding of openIn(conditions, sent))
              report(`${by} lets ${service} assume the role for ${finding}`);
          else
            report.undecided(
              `${by} trusts ${service}, of which policies/iam/trust.ts does not say what it sends.`,
            );
        }
      });
  },
};

const trusted = (service: string): Trust | undefined =>
  Object.hasOwn(trustOf, service) ? trustOf[service] : undefined;

const openIn = (conditions: Conditions, { keys, evidence }: Trust): string[] =>
  keys
    .filter((key) => !limits(conditions, key, (value) => narrow[key].test(value)))
    .map((key) => `${whom[key]}: ask for ${key} (${evidence}).`);

const whom = { "aws:SourceAccount": "any account", "aws:SourceArn": "any resource" };

/** What limits a key to one account: its id, or an ARN of one service with that id. */
const narrow = {
  "aws:SourceAccount": /^\d{12}$/,
  "aws:SourceArn": /^arn:[^:]*:[^:*?]*:[^:]*:\d{12}:/,
};
