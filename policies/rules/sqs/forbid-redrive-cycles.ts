import { wellArchitected } from "../../frameworks";
import type { StackRule } from "../../rule";
import { edgesOf } from "../../stack/edges";
import { redrivenBy } from "../../stack/redrives";
import type { Resource } from "../../stack/resource";

/** Messages that fail everywhere would go round until their retention ends, unseen by the alarm on any one queue. */
export const forbidRedriveCycles: StackRule = {
  name: "sqs-queue-forbid-redrive-cycles",
  displayName: "Redrives come to an end",
  description: "No queue redrives, directly or by way of others, to itself.",
  area: "failure paths",
  severity: "high",
  recommended: {
    level: "mandatory",
    because: "Failed messages circulate until they expire.",
  },
  framework: wellArchitected.failFast,
  remediationSteps:
    "Take the redrive policy off the last queue: people read it, and `npm run redrive` sends its messages again.",
  url: "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html",
  checkStack(stack, report) {
    // What is no redrive has no queue before it, hence no way back to one.
    const next = new Map(edgesOf(stack).map((edge) => [redrivenBy(stack, edge), edge.to]));
    for (const queue of next.keys()) {
      const passed = new Set<Resource>();
      for (let at = next.get(queue); at && !passed.has(at); at = next.get(at)) {
        passed.add(at);
        if (at !== queue) continue;
        const way = [...passed].map(({ name }) => `'${name}'`).join(", ");
        report(at, `Redrives to itself by way of ${way}: end the way at one of them.`);
      }
    }
  },
};
