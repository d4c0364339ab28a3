import { wellArchitected } from "../../frameworks";
import type { ResourceRule } from "../../rule";
import { sourceOf } from "../../stack/mapping-source";

/** By default Lambda retries a failed batch until its records expire, which blocks the shard. */
export const requireStreamFailurePath: ResourceRule = {
  name: "lambda-mapping-require-stream-failure-path",
  displayName: "Stream consumers limit retries and retain failed records",
  description:
    "Every event source mapping of a stream limits retries and record age, bisects failed batches, and has an on-failure destination.",
  area: "failure paths",
  severity: "high",
  recommended: {
    level: "advisory",
    because: "Retries until expiry are the service default.",
  },
  framework: wellArchitected.limitRetries,
  remediationSteps:
    "Set maximumRetryAttempts, maximumRecordAgeInSeconds, bisectBatchOnFunctionError: true and destinationConfig.onFailure.destinationArn; a bucket receives the records, but a queue receives only their sequence numbers.",
  url: "https://docs.aws.amazon.com/lambda/latest/dg/kinesis-on-failure-destination.html",
  types: ["aws:lambda/eventSourceMapping:EventSourceMapping"],
  check({ inputs }, report) {
    if (sourceOf(inputs) !== "stream") return;
    for (const [input, least, most] of [
      ["maximumRetryAttempts", 0, 10_000],
      ["maximumRecordAgeInSeconds", 60, 604_800],
    ] as const) {
      const place = inputs.at(input);
      const value = place.number() ?? least;
      if (!place.given || value < least || value > most)
        report(
          `Retries a failed batch until its records expire: set ${input} to a value from ${least} to ${most}.`,
        );
    }
    const bisect = inputs.at("bisectBatchOnFunctionError");
    if (!bisect.given || bisect.flag() === false)
      report("Fails the whole batch when one record fails: set bisectBatchOnFunctionError.");
    if (!inputs.at("destinationConfig", "onFailure", "destinationArn").given)
      report(
        "Has no on-failure destination, so records are lost when retries end: set destinationConfig.onFailure.",
      );
  },
};
