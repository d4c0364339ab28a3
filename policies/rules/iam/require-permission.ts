import { wellArchitected } from "../../frameworks";
import type { StackRule } from "../../rule";
import { edgesOf, isFailureEdge } from "../../stack/edges";
import { obstaclesIn } from "../../stack/obstacles";
import { decided } from "./require-delivery";

/** A missing permission causes a failure at run time, at the first message. */
export const requirePermission: StackRule = {
  name: "iam-message-path-require-permission",
  displayName: "Connections have the required permissions",
  description:
    "The role, the resource policy of the target and its key policy allow the delivery of messages.",
  area: "validation",
  severity: "high",
  recommended: {
    level: "mandatory",
    because: "Delivery fails at the first message.",
  },
  framework: wellArchitected.leastPrivilege,
  remediationSteps:
    "Add the statement that the violation names to the role, or allow the service in the resource policy of the target (for a function, an aws.lambda.Permission) with the exact source.",
  url: "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html",
  checkStack(stack, report) {
    const obstacles = obstaclesIn(stack);
    for (const edge of edgesOf(stack).filter((one) => !isFailureEdge(one)))
      for (const obstacle of decided(() => obstacles(edge)))
        report(
          edge.by,
          `Does not have the permission that ${edge.place.path} requires: ${obstacle}.`,
        );
  },
};
