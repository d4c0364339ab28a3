import type { Edge } from "./edges";
import { once } from "./once";
import type { Place } from "./place";
import type { Resource } from "./resource";
import type { Stack } from "./stack";

/** The queue whose messages an edge redrives: a queue says so itself, or a resource of its own says so for it. */
export function redrivenBy(stack: Stack, { kind, by }: Edge): Resource | undefined {
  if (kind !== "queue redrive") return undefined;
  return by.type === "aws:sqs/queue:Queue"
    ? by
    : stack.referredTo(by, by.inputs.at("queueUrl"), "queue");
}

/** Where a queue says which queues may redrive to it: in an input of its own, or in a resource of its own. */
export const redriveAllowancesIn = once((stack: Stack): ((queue: Resource) => Place) => {
  const byQueue = new Map<Resource | undefined, Place>();
  for (const one of stack.of("aws:sqs/redriveAllowPolicy:RedriveAllowPolicy"))
    byQueue.set(
      stack.referredTo(one, one.inputs.at("queueUrl"), "queue"),
      one.inputs.at("redriveAllowPolicy"),
    );
  return (queue) => byQueue.get(queue) ?? queue.inputs.at("redriveAllowPolicy");
});
