import { wellArchitected } from "../../frameworks";
import { documentsIn, typesWithDocuments } from "../../iam/documents";
import type { ResourceRule } from "../../rule";

/** Reports documents that cannot be parsed, which the other rules skip. */
export const requireReadableDocument: ResourceRule = {
  name: "iam-policy-require-readable-document",
  displayName: "Policy documents are valid",
  description: "Every policy document is JSON that contains only elements that IAM supports.",
  area: "validation",
  severity: "critical",
  recommended: {
    level: "mandatory",
    because: "IAM rejects the document.",
  },
  framework: wellArchitected.leastPrivilege,
  remediationSteps:
    "Correct the element that the violation names. IAM rejects a document with a misspelled element, such as Condtion.",
  url: "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html",
  types: typesWithDocuments(),
  check(resource, report) {
    for (const { place, fault } of documentsIn(resource))
      if (fault) report(`${place.path} is invalid: ${fault}`);
  },
};
