import { wellArchitected } from "../../frameworks";
import type { ResourceRule } from "../../rule";
import { sourceOf } from "../../stack/mapping-source";

/** By default Lambda tries a failing batch until its records expire, and the shard behind it waits. */
export const requireStreamFailurePath: ResourceRule = {
  name: "lambda-mapping-require-stream-failure-path",
  displayName: "Stream consumers give up in time, and keep what they gave up on",
  description:
    "A mapping of a stream has bounded retries, a bounded age, halves failing batches and has an on-failure destination.",
  area: "failure paths",
  severity: "high",
  recommended: {
    level: "advisory",
    because: "Retries until expiry are the default of the service.",
  },
  framework: wellArchitected.limitRetries,
  remediationSteps:
    "Set maximumRetryAttempts, maximumRecordAgeInSeconds, bisectBatchOnFunctionError: true and destinationConfig.onFailure.destinationArn; a bucket there keeps the records, a queue only their numbers.",
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
          `Tries a failing batch until its records expire: set ${input}, from ${least} to ${most}.`,
        );
    }
    const bisect = inputs.at("bisectBatchOnFunctionError");
    if (!bisect.given || bisect.flag() === false)
      report("Fails whole batches for one record: set bisectBatchOnFunctionError.");
    if (!inputs.at("destinationConfig", "onFailure", "destinationArn").given)
      report(
        "Has no on-failure destination: records that it gives up on are lost; set destinationConfig.onFailure.",
      );
  },
};
