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
  framework: wellArchitected.leastPrivilege,
  remediationSteps:
    "Mend what the violation names. A misspelt element, such as Condtion, is ignored by no one: AWS refuses the document.",
  url: "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html",
  types: typesWithDocuments(),
  check(resource, report) {
    for (const { place, fault } of documentsIn(resource))
      if (fault) report(`${place.path} cannot be read: ${fault}`);
  },
};
