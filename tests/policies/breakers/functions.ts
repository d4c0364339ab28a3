import { isStream, without, having, permission } from "./breaking";
import { type Breaker } from "../sabotage";

const lambda = "aws:lambda/function:Function";
const mapping = "aws:lambda/eventSourceMapping:EventSourceMapping";

export const ofFunctions: Breaker[] = [
  having(lambda, "runtime", "nodejs18.x", ["lambda-function-forbid-ending-runtimes"]),
  having(
    lambda,
    "environment.variables.API_TOKEN",
    "in clear",
    ["aws-resource-forbid-secrets-in-clear"],
    // The function at the edge has no environment at all.
    ["lambda-function-require-edge-support"],
  ),
  having(lambda, "loggingConfig.logGroup", "/aws/lambda/nobody", [
    "lambda-function-require-log-group",
  ]),
  without(lambda, "description", ["aws-resource-require-description"]),
  without("aws:cloudwatch/logGroup:LogGroup", "retentionInDays", [
    "cloudwatch-log-group-require-log-retention",
  ]),
  {
    what: "is not there",
    type: "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig",
    change: () => "gone",
    rules: ["lambda-function-require-asynchronous-failure-path"],
  },
  {
    what: "is not there",
    type: "aws:lambda/permission:Permission",
    change: () => "gone",
    rules: ({ principal }) => (principal === "apigateway.amazonaws.com" ? [] : [permission]),
  },
  without("aws:lambda/permission:Permission", "sourceArn", [
    "lambda-permission-require-permission-source",
  ]),
  having(
    "aws:lambda/permission:Permission",
    "sourceAccount",
    "123456789012",
    ["iam-policy-require-sent-keys"],
    [permission],
  ),
  without(mapping, "functionResponseTypes", ["lambda-mapping-require-partial-response"]),
  having(mapping, "batchSize", 1, ["lambda-mapping-require-batches"]),
  without(mapping, "scalingConfig", ["lambda-mapping-require-concurrency-cap"]),
  ...["maximumRetryAttempts", "maximumRecordAgeInSeconds", "bisectBatchOnFunctionError"].map(
    (input) =>
      without(mapping, input, (inputs) =>
        isStream(inputs) ? ["lambda-mapping-require-stream-failure-path"] : [],
      ),
  ),
  {
    // A queue to which only the bucket of this mapping is announced is no failure target any more.
    ...without(mapping, "destinationConfig", ["lambda-mapping-require-stream-failure-path"]),
    also: ["sqs-queue-require-redrive"],
  },
];
