import { wellArchitected } from "../../frameworks";
import { isSetAside } from "../../monitoring/surfaces";
import type { StackRule } from "../../rule";
import { integer } from "../../parameters";
import { edgesOf } from "../../stack/edges";
import { failureTargets } from "../../stack/failure-targets";
import { redrivenBy } from "../../stack/redrives";

const longestDays = 14;
/** The default of Amazon SQS. */
const usual = 345_600;

/** When a standard queue redrives a message, the message keeps its original enqueue timestamp, so it expires earlier in the target queue. */
export const requireLongRetention: StackRule = {
  name: "sqs-queue-require-long-retention",
  displayName: "Queues for failed messages use the maximum retention",
  description:
    "Every queue that receives failed messages retains them for 14 days, the Amazon SQS maximum, or for the configured minimum.",
  area: "failure paths",
  severity: "medium",
  recommended: {
    level: "advisory",
    because: "The queue retains messages, but for less than the maximum time.",
  },
  framework: wellArchitected.failFast,
  remediationSteps:
    "Set messageRetentionSeconds to 1209600 on this queue, and to a lower value on the queues that redrive to it.",
  url: "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/setting-up-dead-letter-queue-retention.html",
  parameters: {
    shortestDays: integer("Minimum retention of failed messages in days.", {
      usually: longestDays,
      from: 1,
      to: longestDays,
    }),
  },
  checkStack(stack, report, { shortestDays }: { shortestDays: number }) {
    const least = shortestDays * 86_400;
    const targets = failureTargets(stack);
    for (const queue of stack.of("aws:sqs/queue:Queue")) {
      const set = targets.has(queue) || isSetAside(queue);
      const place = queue.inputs.at("messageRetentionSeconds");
      if (!set || !place.isKnown()) continue;
      const seconds = place.number() ?? usual;
      if (seconds < least)
        report(
          queue,
          `Retains failed messages for only ${seconds} s: set messageRetentionSeconds to ${least}.`,
        );
    }
    for (const edge of edgesOf(stack)) {
      const { to } = edge;
      const from = redrivenBy(stack, edge);
      if (!from || !to) continue;
      const places = [from, to].map(({ inputs }) => inputs.at("messageRetentionSeconds"));
      if (!places.every((place) => place.isKnown())) continue;
      const [own = usual, there = usual] = places.map((place) => place.number());
      if (own >= there)
        report(
          from,
          `Retains messages for ${own} s, but '${to.name}' no longer, so messages that are redriven late expire immediately: reduce messageRetentionSeconds of this queue.`,
        );
    }
  },
};
