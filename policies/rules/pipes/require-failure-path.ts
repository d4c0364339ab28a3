import { wellArchitected } from "../../frameworks";
import type { ResourceRule } from "../../rule";
import { arnParts } from "../../stack/names";

const parameters: Record<string, string> = {
  dynamodb: "dynamodbStreamParameters",
  kinesis: "kinesisStreamParameters",
};

/** For a queue source, the queue handles failures; for a stream source, the pipe requires its own failure path. */
export const requirePipeFailurePath: ResourceRule = {
  name: "pipes-pipe-require-failure-path",
  displayName: "Pipes from streams limit retries and retain failed records",
  description: "Every pipe with a stream source limits retries and has a dead-letter queue.",
  area: "failure paths",
  severity: "high",
  recommended: {
    level: "advisory",
    because: "Retries until expiry are the service default.",
  },
  framework: wellArchitected.limitRetries,
  remediationSteps:
    "Set maximumRetryAttempts, maximumRecordAgeInSeconds and deadLetterConfig.arn in the source's parameters.",
  url: "https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-batching-concurrency.html",
  types: ["aws:pipes/pipe:Pipe"],
  check({ inputs }, report) {
    const source = inputs.at("source").text();
    const service = source && arnParts(source)?.service;
    for (const [, name] of Object.entries(parameters).filter(([one]) => one === service)) {
      const given = inputs.at("sourceParameters", name);
      for (const input of ["maximumRetryAttempts", "maximumRecordAgeInSeconds"]) {
        const place = given.at(input);
        if (!place.given || (place.number() ?? 0) < 0)
          report(`Retries a failed batch until its records expire: set ${name}.${input}.`);
      }
      if (!given.at("deadLetterConfig", "arn").given)
        report(`Discards records when retries end: set ${name}.deadLetterConfig.`);
    }
  },
};
