import { wellArchitected } from "../../frameworks";
import { documentsIn, typesWithDocuments } from "../../iam/documents";
import type { ResourceRule } from "../../rule";

/** The other rules say nothing about a document that cannot be read; this one does. */
export const requireReadableDocument: ResourceRule = {
  name: "iam-policy-require-readable-document",
  displayName: "Policy documents can be read",
  description: "Every policy document is JSON that holds what IAM knows and nothing else.",
  area: "validation",
  severity: "critical",
  recommended: {
    level: "mandatory",
    because: "IAM refuses the document.",
  },
  framework: wellArchitected.leastPrivilege,
  remediationSteps:
    "Fix what the violation names. AWS refuses a document with a misspelt element, such as Condtion.",
  url: "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html",
  types: typesWithDocuments(),
  check(resource, report) {
    for (const { place, fault } of documentsIn(resource))
      if (fault) report(`${place.path} cannot be read: ${fault}`);
  },
};
