import { wellArchitected } from "../../frameworks";
import type { StackRule } from "../../rule";
import { edgesOf, isFailureEdge } from "../../stack/edges";
import { obstaclesIn } from "../../stack/obstacles";
import { decided } from "./require-delivery";

/** What is not permitted fails at run time, at the first message. */
export const requirePermission: StackRule = {
  name: "iam-message-path-require-permission",
  displayName: "What is connected is also permitted",
  description: "The role, the target's policy and its key allow the delivery of messages.",
  area: "validation",
  severity: "high",
  recommended: {
    level: "mandatory",
    because: "Delivery fails at the first message.",
  },
  framework: wellArchitected.leastPrivilege,
  remediationSteps:
    "Add the statement that the violation names to the role, or let the service in by the target's policy (for a function an aws.lambda.Permission) with the exact source.",
  url: "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html",
  checkStack(stack, report) {
    const obstacles = obstaclesIn(stack);
    for (const edge of edgesOf(stack).filter((one) => !isFailureEdge(one)))
      for (const obstacle of decided(() => obstacles(edge)))
        report(edge.by, `Cannot do what ${edge.place.path} says: ${obstacle}.`);
  },
};
