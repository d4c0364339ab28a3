import { wellArchitected } from "../../frameworks";
import { documentsIn } from "../../iam/documents";
import { isEverybody, servicesIn } from "../../iam/principals";
import type { StackRule } from "../../rule";
import { edgeAssociations } from "../../stack/edge-functions";

const principals = ["lambda.amazonaws.com", "edgelambda.amazonaws.com"];

export const requireEdgePrincipals: StackRule = {
  name: "iam-role-require-edge-principals",
  displayName: "Roles of functions at the edge trust Lambda@Edge",
  description:
    "The role of a function that a distribution calls lets lambda.amazonaws.com and edgelambda.amazonaws.com assume it.",
  area: "validation",
  severity: "high",
  recommended: {
    level: "advisory",
    because: "CloudFront refuses such a distribution itself, and nothing is lost.",
  },
  framework: wellArchitected.failFast,
  remediationSteps: "Add the missing service to the principals of the role's trust policy.",
  url: "https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/lambda-edge-permissions.html",
  checkStack(stack, report) {
    for (const { function: found } of edgeAssociations(stack)) {
      const role = found && stack.referredTo(found, found.inputs.at("role"), "role");
      if (!role) continue;
      const documents = documentsIn(role, "trust");
      if (documents.some(({ isUnknown }) => isUnknown)) continue;
      const trusted = documents.flatMap(({ statements }) =>
        statements
          .filter(({ effect }) => effect === "Allow")
          .flatMap(({ principals: those }) =>
            isEverybody(those) ? principals : servicesIn(those),
          ),
      );
      for (const service of principals.filter((one) => !trusted.includes(one)))
        report(
          role,
          `Is the role of function ${found.name} at the edge and does not trust ${service}.`,
        );
    }
  },
};
