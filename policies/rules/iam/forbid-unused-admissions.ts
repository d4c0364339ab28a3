import { wellArchitected } from "../../frameworks";
import { guardedBy } from "../../iam/resource-policies";
import { admissionsIn, idle } from "../../iam/admissions";
import { grantsIn, typesWithDocuments } from "../../iam/documents";
import type { StackRule } from "../../rule";

const permission = "aws:lambda/permission:Permission";

/** An admission for a deleted producer admits the next resource of that name. */
export const forbidUnusedAdmissions: StackRule = {
  name: "iam-policy-forbid-unused-admissions",
  displayName: "Resource policies admit existing sources only",
  description:
    "Every source that a resource policy admits a service for is in this stack, and hands something to the resource.",
  area: "least privilege",
  severity: "medium",
  recommended: {
    level: "advisory",
    because: "The source may belong to another stack.",
  },
  framework: wellArchitected.reducePermissions,
  remediationSteps:
    "Delete the statement or the permission, or write the ARN of the resource that is meant, computed from its name.",
  url: "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-sourcearn",
  checkStack(stack, report) {
    const why = idle(stack);
    for (const holder of stack.of(...typesWithDocuments("resource"))) {
      const guarded = guardedBy(stack, holder);
      for (const { statement, by } of grantsIn(holder, "resource"))
        for (const admission of admissionsIn(statement)) {
          const reason = why(guarded, admission);
          if (reason)
            report(holder, `${by} lets a service in for ${admission.source}, and ${reason}.`);
        }
    }
    for (const holder of stack.of(permission)) {
      const service = holder.inputs.at("principal").peek() ?? "";
      const source = holder.inputs.at("sourceArn").peek() ?? "";
      const reason = why(guardedBy(stack, holder), { service, source });
      if (reason)
        report(holder, `Lets a service invoke the function for ${source}, and ${reason}.`);
    }
  },
};
