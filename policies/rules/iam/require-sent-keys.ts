import { sentBy, type Statement } from "../../../iam";
import { wellArchitected } from "../../frameworks";
import { required } from "../../iam/breadth";
import { grantsIn, typesWithDocuments } from "../../iam/documents";
import { servicesIn } from "../../iam/principals";
import type { Report, ResourceRule } from "../../rule";

const permission = "aws:lambda/permission:Permission";

/** The keys that depend on the calling service; all other keys of a request depend on the target. */
const telling = /^aws:source(arn|account|owner)$/i;

/** A service that does not send a required key is refused, and most services report nothing: the deliveries just do not arrive. */
export const requireSentKeys: ResourceRule = {
  name: "iam-policy-require-sent-keys",
  displayName: "Policies require only keys that the service sends",
  description:
    "A statement for a service requires only condition keys that AWS documents for this service and this action.",
  area: "least privilege",
  severity: "high",
  recommended: {
    level: "mandatory",
    because: "The service may not send the key, and then every delivery is refused.",
  },
  framework: wellArchitected.leastPrivilege,
  remediationSteps:
    "Remove the condition on that key. For most services, the ARN in aws:SourceArn contains the account already.",
  url: "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-sourcearn",
  types: [...typesWithDocuments("resource", "trust"), permission],
  check(resource, report) {
    if (resource.type !== permission) {
      for (const { statement, by } of grantsIn(resource, "resource", "trust"))
        judge(statement, `${by} requires`, report);
      return;
    }
    const { inputs } = resource;
    const source = inputs.at("sourceArn").given ? ["aws:SourceArn"] : [];
    const account = inputs.at("sourceAccount").given ? ["aws:SourceAccount"] : [];
    const actions = inputs.at("action").texts();
    for (const service of inputs.at("principal").texts().filter(isService))
      weigh(service, actions, [...source, ...account], "Requires", report);
  },
};

const isService = (principal: string): boolean => principal.endsWith(".amazonaws.com");

function judge(statement: Statement, by: string, report: Report): void {
  const keys = required(statement.conditions).map(([key]) => key);
  for (const service of servicesIn(statement.principals))
    weigh(
      service,
      statement.actions ?? [],
      keys.filter((key) => telling.test(key)),
      by,
      report,
    );
}

function weigh(
  service: string,
  actions: string[],
  keys: string[],
  by: string,
  report: Report,
): void {
  if (keys.length === 0) return;
  for (const action of actions) {
    const sent = sentBy(service, action);
    if (!sent) {
      report.undecided(
        `${by} ${keys.join(" and ")} of ${service}, for whose ${action} iam/sent-keys.ts does not list the condition keys that the service sends.`,
      );
      continue;
    }
    const known = sent.keys.map((key) => key.toLowerCase());
    for (const key of keys.filter((one) => !known.includes(one.toLowerCase())))
      report(
        `${by} ${key}, which AWS does not document for ${action} by ${service} (${sent.evidence}): remove the condition.`,
      );
  }
}
