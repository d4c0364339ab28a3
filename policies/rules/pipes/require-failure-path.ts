import { wellArchitected } from "../../frameworks";
import type { ResourceRule } from "../../rule";
import { arnParts } from "../../stack/names";

const parameters: Record<string, string> = {
  dynamodb: "dynamodbStreamParameters",
  kinesis: "kinesisStreamParameters",
};

/** A pipe behind a queue leaves failures to the queue; behind a stream it needs its own path. */
export const requirePipeFailurePath: ResourceRule = {
  name: "pipes-pipe-require-failure-path",
  displayName: "Pipes behind streams give up in time, and keep what they gave up on",
  description: "A pipe behind a stream has bounded retries and a dead-letter queue.",
  area: "failure paths",
  severity: "high",
  recommended: {
    level: "advisory",
    because: "Retries until expiry are the default of the service.",
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
          report(`Tries a failing batch until its records expire: set ${name}.${input}.`);
      }
      if (!given.at("deadLetterConfig", "arn").given)
        report(`Loses what it gives up on: set ${name}.deadLetterConfig.`);
    }
  },
};
