import { wellArchitected } from "../../frameworks";
import type { StackRule } from "../../rule";
import { edgesOf, isFailureEdge } from "../../stack/edges";

const longest = 1_209_600;
/** SQS's own, where nothing is said. */
const usual = 345_600;

/** A message keeps the time at which it was first sent when a standard queue redrives it, so it has less time left there. */
export const requireLongRetention: StackRule = {
  name: "sqs-queue-require-long-retention",
  displayName: "What was set aside stays as long as it can",
  description: "A queue in which messages are set aside keeps them for 14 days, SQS's longest.",
  area: "failure paths",
  severity: "medium",
  framework: wellArchitected.failFast,
  remediationSteps: `Set messageRetentionSeconds to ${longest} there, and less on the queues that redrive to it.`,
  url: "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/setting-up-dead-letter-queue-retention.html",
  checkStack(stack, report) {
    const edges = edgesOf(stack).filter(isFailureEdge);
    const targets = new Set(edges.map(({ to }) => to));
    for (const queue of stack.of("aws:sqs/queue:Queue")) {
      const set = targets.has(queue) || queue.inputs.at("tags", "purpose").text() === "quarantine";
      const place = queue.inputs.at("messageRetentionSeconds");
      if (!set || !place.isKnown()) continue;
      const seconds = place.number() ?? usual;
      if (seconds < longest)
        report(
          queue,
          `Keeps what was set aside for ${seconds} s only: set messageRetentionSeconds to ${longest}.`,
        );
    }
    for (const { kind, by, to } of edges) {
      if (kind !== "queue redrive" || by.type !== to?.type) continue;
      const places = [by, to].map(({ inputs }) => inputs.at("messageRetentionSeconds"));
      if (!places.every((place) => place.isKnown())) continue;
      const [own = usual, there = usual] = places.map((place) => place.number());
      if (own >= there)
        report(
          by,
          `Keeps messages for ${own} s, and '${to.name}' no longer: what is redriven late is deleted at once; keep them for less.`,
        );
    }
  },
};
