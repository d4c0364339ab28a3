import { sentBy, type Sent } from "../../../iam";
import { wellArchitected } from "../../frameworks";
import { required } from "../../iam/breadth";
import { grantsIn, typesWithDocuments, type Grant } from "../../iam/documents";
import { servicesIn } from "../../iam/principals";
import type { StackReport, StackRule } from "../../rule";
import { keyIn } from "../../stack/keys";
import type { Resource } from "../../stack/resource";
import type { Stack } from "../../stack/model";

const permission = "aws:lambda/permission:Permission";

/** The keys that depend on the calling service; all other keys of a request depend on the target. */
const telling = /^aws:source(arn|account|owner)$/i;

/** A service that does not send a required key is refused, and most services report nothing: the deliveries just do not arrive. */
export const requireSentKeys: StackRule = {
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
  checkStack(stack, report) {
    const isForTopics = keysOfTopics(stack);
    for (const resource of stack.of(...typesWithDocuments("resource", "trust")))
      for (const { statement, by } of grantsIn(resource, "resource", "trust"))
        for (const required of requirementsIn(statement, `${by} requires`))
          weigh(resource, required, isForTopics(resource), report);
    for (const { holder, ...required } of ofPermissions(stack))
      weigh(holder, required, isForTopics(holder), report);
  },
};

/** The keys that a statement or permission requires of a service. */
interface Requirement {
  service: string;
  actions: string[];
  keys: string[];
  /** The start of the sentence. */
  by: string;
}

function requirementsIn({ principals, conditions, actions }: Grant["statement"], by: string) {
  const keys = required(conditions).flatMap(([key]) => (telling.test(key) ? key : []));
  return servicesIn(principals).map((service): Requirement => ({ service, actions, keys, by }));
}

const ofPermissions = (stack: Stack): (Requirement & { holder: Resource })[] =>
  stack.of(permission).flatMap((holder) => {
    const { inputs } = holder;
    const source = inputs.at("sourceArn").given ? ["aws:SourceArn"] : [];
    const account = inputs.at("sourceAccount").given ? ["aws:SourceAccount"] : [];
    const actions = inputs.at("action").texts();
    const services = inputs.at("principal").texts().filter(isService);
    const keys = [...source, ...account];
    return services.map((service) => ({ holder, service, actions, keys, by: "Requires" }));
  });

const isService = (principal: string): boolean => principal.endsWith(".amazonaws.com");

/** Returns true for a key that encrypts a topic of the stack. */
function keysOfTopics(stack: Stack): (resource: Resource) => boolean {
  const keys = new Set(
    stack
      .of("aws:sns/topic:Topic")
      .map((topic) => keyIn(stack, topic, topic.inputs.at("kmsMasterKeyId"))?.key),
  );
  return (resource) => keys.has(resource);
}

function weigh(
  resource: Resource,
  { service, actions, keys, by }: Requirement,
  isForTopics: boolean,
  report: StackReport,
): void {
  if (keys.length === 0) return;
  const undocumented = new Map<string, { key: string; sent: Sent; refused: string[] }>();
  for (const action of actions) {
    const sent = sentBy(service, action);
    if (!sent) {
      report.undecided(
        resource,
        `${by} ${keys.join(" and ")} of ${service}, for whose ${action} iam/sent-keys.ts does not list the condition keys that the service sends.`,
      );
      continue;
    }
    const known = sent.keys.map((key) => key.toLowerCase());
    for (const key of keys.filter((one) => !known.includes(one.toLowerCase()))) {
      const called = `${key} ${sent.evidence}`;
      const found = undocumented.get(called);
      if (found) found.refused.push(action);
      else undocumented.set(called, { key, sent, refused: [action] });
    }
  }
  for (const { key, sent, refused } of undocumented.values()) {
    const { evidence, of } = sent;
    const what = `${by} ${key}, which AWS does not document for ${refused.join(", ")} by ${service}`;
    if (of === undefined || isForTopics)
      report(resource, `${what} (${evidence}): remove the condition.`);
    else
      report.undecided(
        resource,
        `${what}: it is not supported for the keys of ${of} (${evidence}), and this stack does not encrypt a topic with the key.`,
      );
  }
}
