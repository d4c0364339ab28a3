import { wellArchitected } from "../../frameworks";
import type { ResourceRule } from "../../rule";
import { sourceOf } from "../../stack/mapping-source";

export const requirePartialResponse: ResourceRule = {
  name: "lambda-mapping-require-partial-response",
  displayName: "Consumers report failed batch items",
  description: "Every event source mapping of a queue or a stream accepts partial batch responses.",
  area: "failure paths",
  severity: "medium",
  recommended: {
    level: "advisory",
    because: "Lambda retries whole batches; no data is lost.",
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
        "Retries the whole batch when one record fails: set functionResponseTypes to ReportBatchItemFailures.",
      );
  },
};
