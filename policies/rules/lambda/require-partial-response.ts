import { wellArchitected } from "../../frameworks";
import type { ResourceRule } from "../../rule";
import { sourceOf } from "../../stack/mapping-source";

export const requirePartialResponse: ResourceRule = {
  name: "lambda-mapping-require-partial-response",
  displayName: "Consumers return only what failed",
  description: "A mapping of a queue or a stream takes the names of the records that failed.",
  area: "failure paths",
  severity: "medium",
  recommended: {
    level: "advisory",
    because: "Whole batches are retried; nothing is lost.",
  },
  framework: wellArchitected.limitRetries,
  remediationSteps:
    'Set functionResponseTypes: ["ReportBatchItemFailures"] and return { batchItemFailures } from the function.',
  url: "https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html#services-sqs-batchfailurereporting",
  types: ["aws:lambda/eventSourceMapping:EventSourceMapping"],
  check({ inputs }, report) {
    const source = sourceOf(inputs);
    if (source === undefined || source === "other") return;
    const types = inputs.at("functionResponseTypes");
    if (types.isKnown() && !types.texts().includes("ReportBatchItemFailures"))
      report(
        "Repeats a whole batch for one record that failed: set functionResponseTypes to ReportBatchItemFailures.",
      );
  },
};
