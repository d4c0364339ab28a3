import { wellArchitected } from "../../frameworks";
import type { StackRule } from "../../rule";
import { integer } from "../../parameters";
import { edgesOf, isFailureEdge } from "../../stack/edges";
import { redrivenBy } from "../../stack/redrives";

const longestDays = 14;
/** SQS's own, where nothing is said. */
const usual = 345_600;

/** A message keeps the time at which it was first sent when a standard queue redrives it, so it has less time left there. */
export const requireLongRetention: StackRule = {
  name: "sqs-queue-require-long-retention",
  displayName: "What was set aside stays as long as it can",
  description:
    "A queue in which messages are set aside keeps them for 14 days, SQS's longest, or as the stack says.",
  area: "failure paths",
  severity: "medium",
  recommended: {
    level: "advisory",
    because: "Messages are kept, for a shorter time than possible.",
  },
  framework: wellArchitected.failFast,
  remediationSteps:
    "Set messageRetentionSeconds to 1209600 there, and less on the queues that redrive to it.",
  url: "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/setting-up-dead-letter-queue-retention.html",
  parameters: {
    shortestDays: integer("Days that a message which was set aside has to stay.", {
      usually: longestDays,
      from: 1,
      to: longestDays,
    }),
  },
  checkStack(stack, report, { shortestDays }: { shortestDays: number }) {
    const least = shortestDays * 86_400;
    const edges = edgesOf(stack).filter(isFailureEdge);
    const targets = new Set(edges.map(({ to }) => to));
    for (const queue of stack.of("aws:sqs/queue:Queue")) {
      const set = targets.has(queue) || queue.inputs.at("tags", "purpose").text() === "quarantine";
      const place = queue.inputs.at("messageRetentionSeconds");
      if (!set || !place.isKnown()) continue;
      const seconds = place.number() ?? usual;
      if (seconds < least)
        report(
          queue,
          `Keeps what was set aside for ${seconds} s only: set messageRetentionSeconds to ${least}.`,
        );
    }
    for (const edge of edges) {
      const { to } = edge;
      const from = redrivenBy(stack, edge);
      if (!from || !to) continue;
      const places = [from, to].map(({ inputs }) => inputs.at("messageRetentionSeconds"));
      if (!places.every((place) => place.isKnown())) continue;
      const [own = usual, there = usual] = places.map((place) => place.number());
      if (own >= there)
        report(
          from,
          `Keeps messages for ${own} s, and '${to.name}' no longer: what is redriven late is deleted at once; keep them for less.`,
        );
    }
  },
};
