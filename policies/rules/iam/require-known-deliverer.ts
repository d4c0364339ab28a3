import { wellArchitected } from "../../frameworks";
import type { StackRule } from "../../rule";
import { edgesOf } from "../../stack/edges";
import { undecidable } from "../../stack/obstacles";

/** Reports the connections that the rules about permissions cannot evaluate. */
export const requireKnownDeliverer: StackRule = {
  name: "iam-message-path-require-known-deliverer",
  displayName: "The identity that delivers each message is known",
  description:
    "The role or service that uses each connection, and its target, are known before the update.",
  area: "validation",
  severity: "low",
  recommended: {
    level: "advisory",
    because: "The rule only reports permissions that were not evaluated.",
  },
  framework: wellArchitected.leastPrivilege,
  remediationSteps:
    "Name roles, rules, topics and queues explicitly and compute their ARNs from the names, so that permissions can be evaluated before the update.",
  url: "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html",
  checkStack(stack, report) {
    const why = undecidable(stack);
    for (const edge of edgesOf(stack)) {
      const reason = why(edge);
      if (reason)
        report.undecided(
          edge.by,
          `Whether '${edge.by.name}' has the permission that ${edge.place.path} requires was not evaluated: ${reason}.`,
        );
    }
  },
};
