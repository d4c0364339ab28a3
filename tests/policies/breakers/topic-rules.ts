import { isList, listed, without, having, rewriting, redrive } from "./breaking";
import { set, type Breaker } from "../sabotage";

const topicRule = "aws:iot/topicRule:TopicRule";

export const ofRules: Breaker[] = [
  without(topicRule, "errorAction", ["iot-rule-require-error-action"], [redrive]),
  without(topicRule, "description", ["aws-resource-require-description"]),
  having(topicRule, "sql", "SELECT FROM", ["iot-rule-require-valid-sql"]),
  having(topicRule, "sqlVersion", "2015-10-08", ["iot-rule-require-current-sql-version"]),
  {
    what: "sets aside where it could not deliver",
    type: topicRule,
    change: (inputs) =>
      isList(inputs.sqs) ? set(inputs, "errorAction", { sqs: inputs.sqs[0] }) : undefined,
    rules: ["iot-rule-require-error-action"],
    also: [
      redrive,
      "sqs-queue-require-long-retention",
      "sqs-queue-require-depth-alarm",
      "sqs-queue-require-arrivals-alarm",
      "sqs-queue-require-age-alarm",
    ],
  },
  {
    what: "writes everything to one shard",
    type: topicRule,
    change: (inputs) =>
      isList(inputs.kineses)
        ? {
            ...inputs,
            kineses: inputs.kineses.map((one) => ({ ...(one as object), partitionKey: "a" })),
          }
        : undefined,
    rules: ["iot-rule-require-partition-key"],
  },
  {
    what: "is kept by AWS IoT Analytics",
    type: topicRule,
    change: (inputs) => set(inputs, "iotAnalytics", [{ channelName: "c", roleArn: "r" }]),
    rules: ["aws-resource-forbid-ended-services"],
  },
  rewriting(
    "lets devices use each other's topics",
    "aws:iot/policy:Policy",
    "policy",
    (statements) =>
      // A role alias names no device.
      statements.map((one) =>
        JSON.stringify(one.Resource).includes("${")
          ? {
              ...one,
              Resource: listed(one.Resource).map((arn) =>
                String(arn).replace(/\$\{[^}]+\}/, "any"),
              ),
            }
          : one,
      ),
    ["iot-policy-require-own-thing"],
  ),
  rewriting(
    "lets devices choose the rule and the topic that it reads",
    "aws:iot/policy:Policy",
    "policy",
    (statements) =>
      statements.map((one) =>
        JSON.stringify(one.Resource).includes(":topic/")
          ? {
              ...one,
              Resource: listed(one.Resource).map((arn) =>
                String(arn).replace(":topic/", ":topic/$aws/rules/any/"),
              ),
            }
          : one,
      ),
    ["iot-policy-require-exact-topics"],
  ),
];
