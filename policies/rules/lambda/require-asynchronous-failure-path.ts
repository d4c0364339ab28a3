import { wellArchitected } from "../../frameworks";
import type { StackRule } from "../../rule";
import { edgesOf, type Edge, type EdgeKind } from "../../stack/edges";
import type { Resource } from "../../stack/resource";
import type { Stack } from "../../stack/model";

/** Asynchronous invocations of a function; Lambda attempts each event three times and then discards it. */
const asynchronous: Partial<Record<EdgeKind, string>> = {
  "asynchronous failure": "destination",
  "asynchronous success": "destination",
  notification: "bucket notification",
  "rule action": "topic rule",
  "rule error action": "topic rule",
  schedule: "schedule",
  subscription: "subscription",
  target: "event target",
};

export const requireAsynchronousFailurePath: StackRule = {
  name: "lambda-function-require-asynchronous-failure-path",
  displayName: "Asynchronous functions have an on-failure destination",
  description: "A function that is invoked asynchronously has an on-failure destination.",
  area: "failure paths",
  severity: "high",
  recommended: {
    level: "mandatory",
    because: "Lambda discards events that the function fails to process.",
  },
  framework: wellArchitected.looseCoupling,
  remediationSteps:
    "Create an aws.lambda.FunctionEventInvokeConfig with destinationConfig.onFailure, and allow the function's role to send to the destination. (deadLetterConfig also works, without the error details.)",
  url: "https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html",
  checkStack(stack, report) {
    const edges = edgesOf(stack);
    const safe = new Set(edges.map((edge) => functionBehind(stack, edge)));
    for (const { kind, by, to } of edges) {
      const way = asynchronous[kind];
      if (way && to?.type === "aws:lambda/function:Function" && !safe.has(to))
        report(
          to,
          `Is invoked asynchronously by ${way} '${by.name}' and has no on-failure destination, so failed events are lost: set destinationConfig.onFailure.`,
        );
    }
  },
};

/** The function whose failed events an edge delivers. */
function functionBehind(stack: Stack, { kind, by }: Edge): Resource | undefined {
  if (kind !== "asynchronous failure") return undefined;
  return by.type === "aws:lambda/function:Function"
    ? by
    : stack.referredTo(by, by.inputs.at("functionName"), "function");
}
