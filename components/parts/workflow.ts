import * as pulumi from "@pulumi/pulumi";
import { transientError } from "../../functions/shared/transient";
import { arn, type Arn } from "./names";

/** A state of the Amazon States Language. */
export type State = Record<string, unknown> & { Type: "Task" | "Choice" | "Fail" };

/** What Retry of every task tries again: what can heal, and nothing that is wrong with the input or the code. */
const healing = [
  "Lambda.ServiceException",
  "Lambda.AWSLambdaException",
  "Lambda.SdkClientException",
  "Lambda.TooManyRequestsException",
  "States.Timeout",
  transientError,
];

/** Doubling waits with full jitter, so that many executions do not come back together. */
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

/** The error of an execution whose input and error are in the failures queue. */
export const setAsideError = "TelemetryNotProcessed";

export interface InvokeArgs {
  functionArn: Arn;
  timeoutSeconds: number;
  /** Which fields of the function's answer are kept, and where: the input stays beside them. */
  keep: Record<string, string>;
  resultPath: string;
  next?: string;
}

/**
 * A task that invokes a function with the state's whole input. Its answer is added to the input, never put in its place.
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
  Retry: retry(healing),
  Catch: [{ ErrorEquals: ["States.ALL"], ResultPath: "$.error", Next: "SetAside" }],
  ...(args.next ? { Next: args.next } : { End: true }),
});

/** The end of what failed: the original input and the error go to the queue, then the execution fails. */
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
