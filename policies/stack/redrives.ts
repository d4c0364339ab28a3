import type { Edge } from "./edges";
import { once } from "./once";
import type { Place } from "./place";
import type { Resource } from "./resource";
import type { Stack } from "./model";

/** The queue whose messages an edge redrives. The queue itself or a separate resource defines the redrive policy. */
export function redrivenBy(stack: Stack, { kind, by }: Edge): Resource | undefined {
  if (kind !== "queue redrive") return undefined;
  return by.type === "aws:sqs/queue:Queue"
    ? by
    : stack.referredTo(by, by.inputs.at("queueUrl"), "queue");
}

/** The redrive allow policy of a queue, from an input of the queue or from a separate resource. */
export const redriveAllowancesIn = once((stack: Stack): ((queue: Resource) => Place) => {
  const byQueue = new Map<Resource | undefined, Place>();
  for (const one of stack.of("aws:sqs/redriveAllowPolicy:RedriveAllowPolicy"))
    byQueue.set(
      stack.referredTo(one, one.inputs.at("queueUrl"), "queue"),
      one.inputs.at("redriveAllowPolicy"),
    );
  return (queue) => byQueue.get(queue) ?? queue.inputs.at("redriveAllowPolicy");
});
