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
 * The list of actions that support only `*` comes from AWS and is generated into policies/data. In the policy of a key or a
 * queue, `*` is that key or queue, so the rule checks only the policies of principals and devices.
 */
export const forbidWildcardResources: ResourceRule = {
  name: "iam-statement-forbid-wildcard-resources",
  displayName: "Statements specify their resources",
  description:
    "No statement allows an action on every resource if the action supports resource-level permissions.",
  area: "least privilege",
  severity: "high",
  recommended: {
    level: "mandatory",
    because: "The role can use every resource of the account.",
  },
  framework: wellArchitected.leastPrivilege,
  remediationSteps:
    "Specify the ARN of the resource, computed from its name. If AWS generates the ID, restrict the pattern with a condition on a tag or an alias. Move actions that support only `*` to a separate statement.",
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
    // Another rule checks which roles can be passed.
    const meant = listed(action).filter(({ name }) => name !== "iam:PassRole");
    // An unlisted action could support resource-level permissions, so it is reported.
    const isUnknown = !isPattern(action) && !findAction(action);
    for (const pattern of resources)
      if (coversEverything(pattern)) {
        const narrower = meant.filter((one) => !takesEverythingOnly(one));
        const [format] = narrower.flatMap(({ types }) => types.map(({ arn }) => arn));
        if (format || isUnknown) findings.add(everything(action, format));
      } else if (!picksResources(conditions))
        for (const type of meant.flatMap((one) => typesCovered(pattern, one)).slice(0, 1))
          findings.add(
            `allows ${action} on every ${type}, ${pattern}: specify the ARN of one resource.`,
          );
  }
  return [...findings];
}

const listed = (action: string): Action[] =>
  isPattern(action) ? actionsMatching(action) : [findAction(action)].flatMap((one) => one ?? []);

function everything(action: string, arn: string | undefined): string {
  const instead = arn
    ? `specify one ARN, in the format ${arn}.`
    : "specify the ARN of one resource.";
  return `allows ${action} on every resource: ${instead}`;
}
