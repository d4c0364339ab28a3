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
  return edges.filter(
    ({ kind, by, to }) =>
      kind === "target" &&
      ((to !== undefined && isForFailures(to)) ||
        bucketsIn(stack, by).some((one) => failures.has(one))),
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

/** The buckets whose events the rule of an event target selects. */
function bucketsIn(stack: Stack, target: Resource): Resource[] {
  const rule = stack.referredTo(target, target.inputs.at("rule"), "event rule");
  const pattern = rule?.inputs.at("eventPattern").json();
  if (!pattern?.at("source").texts().includes("aws.s3")) return [];
  const names = pattern.at("detail", "bucket", "name").texts();
  return names.flatMap((name) => stack.named(`bucket ${name}`) ?? []);
}
