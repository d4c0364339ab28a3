import * as pulumi from "@pulumi/pulumi";
import { transientError } from "../../functions/shared/transient";
import { arn, type Arn } from "./names";

/** A state of the Amazon States Language. */
export type State = Record<string, unknown> & { Type: "Task" | "Choice" | "Fail" };

/**
 * Errors for which every task is retried: errors of services and networks, not of the input or the code.
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html
 */
const transientErrors = [
  "Lambda.ServiceException",
  "Lambda.AWSLambdaException",
  "Lambda.SdkClientException",
  "Lambda.TooManyRequestsException",
  "States.Timeout",
  transientError,
];

/** Retries with exponential backoff and full jitter, so that executions do not retry at the same time. */
const retry = (ErrorEquals: string[]) => [
  {
    ErrorEquals,
    IntervalSeconds: 1,
    MaxAttempts: 5,
    BackoffRate: 2,
    MaxDelaySeconds: 30,
    JitterStrategy: "FULL",
  },
];

/** The error name of an execution whose input and error are in the failures queue. */
export const setAsideError = "TelemetryNotProcessed";

export interface InvokeArgs {
  functionArn: Arn;
  timeoutSeconds: number;
  /** Fields to keep, by name in the state: paths in the function's answer. */
  keep: Record<string, string>;
  /** Where the kept fields are added to the input. */
  resultPath: string;
  /** @default none: the state is the last */
  next?: string;
}

/**
 * A task that invokes a function with the whole input of the state and adds the answer to the input.
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/connect-lambda.html
 */
export const invoke = (args: InvokeArgs): State => ({
  Type: "Task",
  Resource: arn.serviceIntegration("lambda:invoke"),
  Parameters: { FunctionName: args.functionArn, "Payload.$": "$" },
  ResultSelector: Object.fromEntries(
    Object.entries(args.keep).map(([name, from]) => [`${name}.$`, `$.Payload.${from}`]),
  ),
  ResultPath: args.resultPath,
  TimeoutSeconds: args.timeoutSeconds,
  Retry: retry(transientErrors),
  Catch: [{ ErrorEquals: ["States.ALL"], ResultPath: "$.error", Next: "SetAside" }],
  ...(args.next ? { Next: args.next } : { End: true }),
});

/** The states for failures: send the input of the execution and the error to the queue, then fail. */
export const setAside = (
  queueUrl: pulumi.Output<string>,
): Record<"SetAside" | "Failed", State> => ({
  SetAside: {
    Type: "Task",
    Resource: arn.serviceIntegration("sqs:sendMessage"),
    Parameters: {
      QueueUrl: queueUrl,
      MessageBody: {
        "stateMachineArn.$": "$$.StateMachine.Id",
        "executionArn.$": "$$.Execution.Id",
        "input.$": "$$.Execution.Input",
        "error.$": "$.error",
      },
    },
    TimeoutSeconds: 30,
    Retry: retry(["States.ALL"]),
    Next: "Failed",
  },
  Failed: {
    Type: "Fail",
    Error: setAsideError,
    Cause: "The input and the error are in the failures queue.",
  },
});
