import { wellArchitected } from "../../frameworks";
import type { ResourceRule } from "../../rule";
import { sourceOf } from "../../stack/mapping-source";

export const requireBatches: ResourceRule = {
  name: "lambda-mapping-require-batches",
  displayName: "Consumers process records in batches",
  description: "No event source mapping invokes its function once for each record.",
  area: "cost",
  severity: "low",
  recommended: {
    level: "advisory",
    because: "Single-record batches increase cost but lose no data.",
  },
  framework: wellArchitected.costOfInvocations,
  remediationSteps:
    "Set batchSize to 10 or more; above 10, a queue requires maximumBatchingWindowInSeconds of 1 or more.",
  url: "https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventsourcemapping.html",
  types: ["aws:lambda/eventSourceMapping:EventSourceMapping"],
  check({ inputs }, report) {
    const size = inputs.at("batchSize");
    if (size.number() === 1)
      report("Invokes the function once for each record: set batchSize to 10 or more.");
    const window = inputs.at("maximumBatchingWindowInSeconds");
    if (sourceOf(inputs) !== "queue" || (size.number() ?? 0) <= 10 || !window.isKnown()) return;
    if ((window.number() ?? 0) < 1)
      report(
        "Sets batchSize above 10 without a batching window, which Lambda rejects: set maximumBatchingWindowInSeconds.",
      );
  },
};
