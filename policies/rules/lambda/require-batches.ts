import { wellArchitected } from "../../frameworks";
import type { ResourceRule } from "../../rule";
import { sourceOf } from "../../stack/mapping-source";

export const requireBatches: ResourceRule = {
  name: "lambda-mapping-require-batches",
  displayName: "Consumers work in batches",
  description: "A mapping does not invoke the function once for every single record.",
  area: "cost",
  severity: "low",
  recommended: {
    level: "advisory",
    because: "Single records cost more and lose nothing.",
  },
  framework: wellArchitected.costOfInvocations,
  remediationSteps:
    "Set batchSize to 10 or more; above 10, a queue needs maximumBatchingWindowInSeconds of 1 or more.",
  url: "https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventsourcemapping.html",
  types: ["aws:lambda/eventSourceMapping:EventSourceMapping"],
  check({ inputs }, report) {
    const size = inputs.at("batchSize");
    if (size.number() === 1)
      report("Invokes the function for every record by itself: set batchSize to 10 or more.");
    const window = inputs.at("maximumBatchingWindowInSeconds");
    if (sourceOf(inputs) !== "queue" || (size.number() ?? 0) <= 10 || !window.isKnown()) return;
    if ((window.number() ?? 0) < 1)
      report(
        "Asks for more than 10 messages without a window, which Lambda refuses: set maximumBatchingWindowInSeconds.",
      );
  },
};
