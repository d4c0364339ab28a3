import { wellArchitected } from "../../frameworks";
import type { StackRule } from "../../rule";
import { edgesOf } from "../../stack/edges";

/** Lambda's own, where nothing is said. */
const [usualVisibility, usualTimeout] = [30, 3];

/** Lambda recommends six times the timeout, so that a throttled batch stays hidden while it is retried. */
export const requireVisibilityTimeout: StackRule = {
  name: "sqs-queue-require-visibility-timeout",
  displayName: "Messages stay hidden while they are worked on",
  description: "A queue hides a message for six times as long as the function behind it may take.",
  area: "failure paths",
  severity: "medium",
  recommended: {
    level: "advisory",
    because: "Six times the timeout is a recommendation; Lambda itself refuses less than one.",
  },
  framework: wellArchitected.limitRetries,
  remediationSteps:
    "Set visibilityTimeoutSeconds to six times the timeout of the function, or more.",
  url: "https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html",
  checkStack(stack, report) {
    const edges = edgesOf(stack);
    for (const { kind, by, to } of edges) {
      if (to?.type !== "aws:sqs/queue:Queue") continue;
      if (kind !== "mapping" && kind !== "pipe source") continue;
      const worker =
        kind === "mapping"
          ? stack.referredTo(by, by.inputs.at("functionName"), "function")
          : edges.find((one) => one.by === by && one.kind === "pipe enrichment")?.to;
      if (worker?.type !== "aws:lambda/function:Function") continue;
      const [timeout, visibility] = [
        worker.inputs.at("timeout"),
        to.inputs.at("visibilityTimeoutSeconds"),
      ];
      const needed = 6 * (timeout.number() ?? usualTimeout);
      const given = visibility.number() ?? usualVisibility;
      if (timeout.isKnown() && visibility.isKnown() && given < needed)
        report(
          to,
          `Hides a message for ${given} s, and '${worker.name}' may take ${needed / 6} s: set visibilityTimeoutSeconds to ${needed} or more.`,
        );
    }
  },
};
