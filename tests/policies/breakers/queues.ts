import {
  purpose,
  without,
  having,
  rewriting,
  delivery,
  permission,
  redrive,
  admission,
} from "./breaking";
import { rewrite, set, type Breaker, type Statement } from "../sabotage";

const queue = "aws:sqs/queue:Queue";
/** The alarm on the age goes by the retentions of the queue and of those that redrive to it. */
const timely = "sqs-queue-require-age-alarm";

export const ofQueues: Breaker[] = [
  without(queue, "redrivePolicy", [redrive]),
  without(queue, "redriveAllowPolicy", ["sqs-queue-require-redrive-allow-policy"]),
  without(queue, "sqsManagedSseEnabled", ["sqs-queue-require-encryption"]),
  having(queue, "fifoQueue", true, (inputs) =>
    // AWS moves no message to the queue of the containers; their code sends.
    purpose(inputs) === "failures" && !String(inputs.name).includes("stream-to-fargate")
      ? ["sqs-queue-require-matching-kind"]
      : [],
  ),
  having(queue, "messageRetentionSeconds", 3600, (inputs) =>
    purpose(inputs) === "work" ? [] : ["sqs-queue-require-long-retention", timely],
  ),
  having(queue, "messageRetentionSeconds", 1_209_600, (inputs) =>
    purpose(inputs) === "work" ? ["sqs-queue-require-long-retention", timely] : [],
  ),
  having(queue, "visibilityTimeoutSeconds", 30, (inputs) =>
    purpose(inputs) === "work" ? ["sqs-queue-require-visibility-timeout"] : [],
  ),
  having(queue, "tags", undefined, (inputs) => (purpose(inputs) === "quarantine" ? [redrive] : [])),
  {
    what: "lets no queue redrive to it",
    type: queue,
    change: (inputs) =>
      String(inputs.redriveAllowPolicy).includes("byQueue")
        ? set(inputs, "redriveAllowPolicy", '{"redrivePermission":"denyAll"}')
        : undefined,
    rules: [delivery],
  },
  {
    what: "redrives to a queue that does not expect it",
    type: queue,
    change: (inputs) =>
      typeof inputs.redrivePolicy === "string"
        ? set(
            inputs,
            "redrivePolicy",
            inputs.redrivePolicy.replace(
              /[^:"]+-failures"/,
              'iot-integrations-test-telemetry-failures"',
            ),
          )
        : undefined,
    rules: [delivery],
    also: [timely],
  },
  {
    what: "redrives to itself",
    type: queue,
    change: (inputs) =>
      typeof inputs.redrivePolicy === "string"
        ? set(
            inputs,
            "redrivePolicy",
            inputs.redrivePolicy.replace(/[^:"]+-failures"/, `${String(inputs.name)}"`),
          )
        : undefined,
    rules: ["sqs-queue-forbid-redrive-cycles"],
    also: [
      delivery,
      "sqs-queue-require-long-retention",
      "sqs-queue-require-depth-alarm",
      "sqs-queue-require-arrivals-alarm",
      timely,
    ],
  },
  rewriting(
    "takes plain text",
    queue,
    "policy",
    (statements) => statements.filter(({ Effect }) => Effect !== "Deny"),
    ["aws-resource-require-tls"],
  ),
  rewriting(
    "lets a service in for any resource",
    queue,
    "policy",
    (statements) =>
      statements.map((one) =>
        one.Effect === "Allow"
          ? { ...one, Condition: { StringEquals: { "aws:SourceAccount": "123456789012" } } }
          : one,
      ),
    ["iam-policy-require-exact-principals"],
    ["iam-policy-require-sent-keys", delivery, permission],
  ),
  rewriting(
    "requires the account, which its service does not send",
    queue,
    "policy",
    (statements) =>
      statements.map((one) => {
        const services = JSON.stringify(one.Principal);
        if (!/"(sns|events)\.amazonaws/.test(services)) return one;
        const Condition = {
          ...(one.Condition as object),
          StringEquals: { "aws:SourceAccount": "123456789012" },
        };
        return { ...one, Condition };
      }),
    ["iam-policy-require-sent-keys"],
    [delivery, permission],
  ),
];

const admitting = (source: string): Statement => ({
  Sid: "Admitted",
  Effect: "Allow",
  Principal: { Service: "sns.amazonaws.com" },
  Action: "sqs:SendMessage",
  Resource: "*",
  Condition: { ArnEquals: { "aws:SourceArn": source } },
});

export const lettingIn: Breaker[] = [
  ...Object.entries({
    "what is not there": "gone",
    "what hands nothing to it": "iot-integrations-test-iot-to-step-functions-alerts",
  }).map(([what, source]) =>
    rewriting(
      `lets a service in for ${what}`,
      queue,
      "policy",
      (statements) => [...statements, admitting(`arn:aws:sns:eu-central-1:123456789012:${source}`)],
      (inputs) =>
        String(inputs.name).endsWith("-iot-to-step-functions-failures") && source !== "gone"
          ? []
          : [admission],
      ["iam-statement-forbid-wildcard-resources"],
    ),
  ),
  {
    what: "lets in no service",
    type: queue,
    change: (inputs) =>
      rewrite(inputs, "policy", (statements) =>
        statements.filter(({ Effect }) => Effect === "Deny"),
      ),
    rules: (inputs) => {
      const policy = String(inputs.policy);
      return [
        ...(String(inputs.name).endsWith("-iot-to-dynamodb-failures") ? [permission] : []),
        ...(/sns\.amazonaws/.test(policy) ? [delivery] : []),
      ];
    },
    also: [delivery, permission],
  },
];
