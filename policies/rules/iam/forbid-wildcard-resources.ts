import { wellArchitected } from "../../frameworks";
import { actionsMatching, findAction, isPattern, type Action } from "../../iam/actions";
import {
  coversEverything,
  picksResources,
  takesEverythingOnly,
  typesCovered,
} from "../../iam/breadth";
import { grantsIn, typesWithDocuments, type Grant } from "../../iam/documents";
import type { ResourceRule } from "../../rule";

/**
 * Which actions take no narrower resource than `*` is AWS's own list, generated into policies/data. In the policy of a key or a
 * queue `*` is that key or queue, hence only policies of principals and devices are looked at.
 */
export const forbidWildcardResources: ResourceRule = {
  name: "iam-statement-forbid-wildcard-resources",
  displayName: "Statements name their resources",
  description: "No statement allows an action on every resource where AWS can limit it to one.",
  area: "least privilege",
  severity: "high",
  recommended: {
    level: "mandatory",
    because: "The role can use every resource of the account.",
  },
  framework: wellArchitected.leastPrivilege,
  remediationSteps:
    "Write the ARN of the one resource that is used, computed from its name. Where an id is generated, narrow the pattern by a condition on a tag or an alias. Give actions that take only `*` a statement of their own.",
  url: "https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html",
  types: typesWithDocuments("identity", "device"),
  check(resource, report) {
    for (const { statement, by } of grantsIn(resource, "identity", "device"))
      for (const finding of findingsIn(statement)) report(`${by} ${finding}`);
  },
};

function findingsIn({ actions, resources, conditions }: Grant["statement"]): string[] {
  const findings = new Set<string>();
  for (const action of actions) {
    // Which role may be passed is a rule of its own.
    const meant = listed(action).filter(({ name }) => name !== "iam:PassRole");
    // What AWS does not list may be limitable: it is not excused.
    const isUnknown = !isPattern(action) && !findAction(action);
    for (const pattern of resources)
      if (coversEverything(pattern)) {
        const narrower = meant.filter((one) => !takesEverythingOnly(one));
        const [format] = narrower.flatMap(({ types }) => types.map(({ arn }) => arn));
        if (format || isUnknown) findings.add(everything(action, format));
      } else if (!picksResources(conditions))
        for (const type of meant.flatMap((one) => typesCovered(pattern, one)).slice(0, 1))
          findings.add(
            `allows ${action} on every ${type}, ${pattern}: name the one that is meant.`,
          );
  }
  return [...findings];
}

const listed = (action: string): Action[] =>
  isPattern(action) ? actionsMatching(action) : [findAction(action)].flatMap((one) => one ?? []);

function everything(action: string, arn: string | undefined): string {
  const instead = arn ? `name one, as ${arn}.` : "name the one that is meant.";
  return `allows ${action} on every resource: ${instead}`;
}
