import { wellArchitected } from "../../frameworks";
import { grantsIn, typesWithDocuments } from "../../iam/documents";
import type { ResourceRule } from "../../rule";

/** An Allow statement with an exception also allows every action and resource that AWS adds later. */
export const forbidNotElements: ResourceRule = {
  name: "iam-statement-forbid-not-elements",
  displayName: "Allow statements have no exceptions",
  description: "No Allow statement has NotAction, NotResource or NotPrincipal.",
  area: "least privilege",
  severity: "high",
  recommended: {
    level: "mandatory",
    because: "Exceptions allow every action and resource that AWS adds later.",
  },
  framework: wellArchitected.leastPrivilege,
  remediationSteps:
    "Specify the actions, resources and principals. To exclude one, add a Deny statement.",
  url: "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notaction.html",
  types: typesWithDocuments(),
  check(resource, report) {
    for (const { statement, by } of grantsIn(resource)) {
      const { notActions, notResources, notPrincipals } = statement;
      for (const [element, value] of Object.entries({
        NotAction: notActions,
        NotResource: notResources,
        NotPrincipal: notPrincipals,
      }))
        if (value !== undefined)
          report(`${by} allows by ${element}: use ${element.slice(3)} instead.`);
    }
  },
};
