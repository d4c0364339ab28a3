import { wellArchitected } from "../../frameworks";
import type { StackRule } from "../../rule";
import { edgesOf } from "../../stack/edges";

/** The defaults of Amazon SQS and Lambda. */
const [usualVisibility, usualTimeout] = [30, 3];

/** AWS recommends six times the function timeout, so that a throttled batch stays hidden while Lambda retries it. */
export const requireVisibilityTimeout: StackRule = {
  name: "sqs-queue-require-visibility-timeout",
  displayName: "Messages stay hidden while they are processed",
  description:
    "The visibility timeout of a queue is at least six times the timeout of the function that consumes it.",
  area: "failure paths",
  severity: "medium",
  recommended: {
    level: "advisory",
    because:
      "Six times the timeout is a recommendation; Lambda rejects only values below the timeout.",
  },
  framework: wellArchitected.limitRetries,
  remediationSteps: "Set visibilityTimeoutSeconds to at least six times the function timeout.",
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
          `Hides a message for ${given} s, but '${worker.name}' can run for ${needed / 6} s: set visibilityTimeoutSeconds to ${needed} or more.`,
        );
    }
  },
};
