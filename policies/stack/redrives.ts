import type { Edge } from "./edges";
import type { Resource } from "./resource";
import type { Stack } from "./stack";

/** The queue whose messages an edge redrives: a queue says so itself, or a resource of its own says so for it. */
export function redrivenBy(stack: Stack, { kind, by }: Edge): Resource | undefined {
  if (kind !== "queue redrive") return undefined;
  return by.type === "aws:sqs/queue:Queue"
    ? by
    : stack.referredTo(by, by.inputs.at("queueUrl"), "queue");
}
