import { wellArchitected } from "../../frameworks";
import type { StackRule } from "../../rule";
import { edgesOf, type Edge, type EdgeKind } from "../../stack/edges";
import type { Resource } from "../../stack/resource";
import type { Stack } from "../../stack/stack";

/** Ways to hand a message to a function without waiting for it; Lambda tries three times and then drops the event. */
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
    because: "Lambda drops events that the function fails to process.",
  },
  framework: wellArchitected.looseCoupling,
  remediationSteps:
    "Make an aws.lambda.FunctionEventInvokeConfig with destinationConfig.onFailure, and allow the function's role to send there. (deadLetterConfig also does, without the reason.)",
  url: "https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html",
  checkStack(stack, report) {
    const edges = edgesOf(stack);
    const safe = new Set(edges.map((edge) => functionBehind(stack, edge)));
    for (const { kind, by, to } of edges) {
      const way = asynchronous[kind];
      if (way && to?.type === "aws:lambda/function:Function" && !safe.has(to))
        report(
          to,
          `Is invoked asynchronously by ${way} '${by.name}' and has no on-failure destination: events that it fails at are lost.`,
        );
    }
  },
};

/** The function whose events an edge sets aside. */
function functionBehind(stack: Stack, { kind, by }: Edge): Resource | undefined {
  if (kind !== "asynchronous failure") return undefined;
  return by.type === "aws:lambda/function:Function"
    ? by
    : stack.referredTo(by, by.inputs.at("functionName"), "function");
}
