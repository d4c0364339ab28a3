import { edgesOf, isFailureEdge, type Edge } from "./edges";
import { queuesNamedBy, queueUsers } from "./queue-users";
import { once } from "./once";
import type { Resource } from "./resource";
import type { Stack } from "./model";

/** True for a queue for failed messages, by its tag. */
export const isForFailures = (queue: Resource): boolean =>
  queue.type === "aws:sqs/queue:Queue" && queue.inputs.at("tags", "purpose").text() === "failures";

/** The event targets to which the objects of a bucket with failed batches are announced, or that are queues for failed messages. */
export const announcementsIn = once((stack: Stack): Edge[] => {
  const edges = edgesOf(stack);
  const failures = new Set(edges.filter(isFailureEdge).map(({ to }) => to));
  // The end of edges that lead outside the stack.
  failures.delete(undefined);
  return edges.filter(
    ({ kind, by, to }) =>
      kind === "target" &&
      ((to !== undefined && isForFailures(to)) || announcesOneOf(failures, stack, by)),
  );
});

/** Everything that receives undeliverable messages, or announcements of them; code sends to queues that it names and a tag marks. */
export const failureTargets = once(
  (stack: Stack): Set<Resource | undefined> =>
    new Set([
      ...[...edgesOf(stack).filter(isFailureEdge), ...announcementsIn(stack)].map(({ to }) => to),
      ...queueUsers(stack)
        .flatMap((user) => [...queuesNamedBy(stack, user)])
        .filter(isForFailures),
    ]),
);

/** Returns true if the rule of an event target selects the events of one of the buckets. */
function announcesOneOf(
  buckets: Set<Resource | undefined>,
  stack: Stack,
  target: Resource,
): boolean {
  const rule = stack.referredTo(target, target.inputs.at("rule"), "event rule");
  if (!rule) return false;
  const pattern = rule.inputs.at("eventPattern").json();
  return (
    pattern.at("source").texts().includes("aws.s3") &&
    pattern
      .at("detail", "bucket", "name")
      .texts()
      .some((name) => buckets.has(stack.named(`bucket ${name}`)))
  );
}
