import { wellArchitected } from "../../frameworks";
import { grantsIn, typesWithDocuments } from "../../iam/documents";
import type { ResourceRule } from "../../rule";

/** "Everything but" is open at one end: it grows with AWS. */
export const forbidNotElements: ResourceRule = {
  name: "iam-statement-forbid-not-elements",
  displayName: "Statements say what, not what not",
  description: "No statement that allows has NotAction, NotResource or NotPrincipal.",
  area: "least privilege",
  severity: "high",
  recommended: {
    level: "mandatory",
    because: "Exceptions allow every action and resource that AWS adds later.",
  },
  framework: wellArchitected.leastPrivilege,
  remediationSteps:
    "Name the actions, resources and principals that are meant. To except something, add a statement that denies it.",
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
          report(`${by} allows by ${element}: say ${element.slice(3)} instead.`);
    }
  },
};
