import { wellArchitected } from "../../frameworks";
import { guardedBy } from "../../iam/resource-policies";
import { admissionsIn, idle } from "../../iam/admissions";
import { grantsIn, typesWithDocuments } from "../../iam/documents";
import type { StackRule } from "../../rule";

const permission = "aws:lambda/permission:Permission";

/** A permission for a deleted source also allows the next resource with the same name. */
export const forbidUnusedAdmissions: StackRule = {
  name: "iam-policy-forbid-unused-admissions",
  displayName: "Resource policies allow only existing sources",
  description:
    "Every source for which a resource policy allows a service is in this stack and delivers to the resource.",
  area: "least privilege",
  severity: "medium",
  recommended: {
    level: "advisory",
    because: "The source may belong to another stack.",
  },
  framework: wellArchitected.reducePermissions,
  remediationSteps:
    "Delete the statement or the permission, or specify the ARN of the correct source, computed from its name.",
  url: "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-sourcearn",
  checkStack(stack, report) {
    const why = idle(stack);
    for (const holder of stack.of(...typesWithDocuments("resource"))) {
      const guarded = guardedBy(stack, holder);
      for (const { statement, by } of grantsIn(holder, "resource"))
        for (const admission of admissionsIn(statement)) {
          const reason = why(guarded, admission);
          if (reason)
            report(holder, `${by} allows a service to act for ${admission.source}, and ${reason}.`);
        }
    }
    for (const holder of stack.of(permission)) {
      const service = holder.inputs.at("principal").peek() ?? "";
      const source = holder.inputs.at("sourceArn").peek() ?? "";
      const reason = why(guardedBy(stack, holder), { service, source });
      if (reason)
        report(holder, `Allows a service to invoke the function for ${source}, and ${reason}.`);
    }
  },
};
