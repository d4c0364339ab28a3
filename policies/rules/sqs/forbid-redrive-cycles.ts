import { wellArchitected } from "../../frameworks";
import type { StackRule } from "../../rule";
import { edgesOf } from "../../stack/edges";
import { redrivenBy } from "../../stack/redrives";
import type { Resource } from "../../stack/resource";

/** Failed messages would circulate until their retention period ends, and no alarm on a single queue would detect them. */
export const forbidRedriveCycles: StackRule = {
  name: "sqs-queue-forbid-redrive-cycles",
  displayName: "Redrive policies do not form a cycle",
  description: "No queue redrives to itself, either directly or through other queues.",
  area: "failure paths",
  severity: "high",
  recommended: {
    level: "mandatory",
    because: "Failed messages circulate until they expire.",
  },
  framework: wellArchitected.failFast,
  remediationSteps:
    "Remove the redrive policy from the last queue: operators inspect it, and `npm run redrive` sends its messages again.",
  url: "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html",
  checkStack(stack, report) {
    // An edge that is not a redrive has no source queue, so it cannot be part of a cycle.
    const next = new Map(edgesOf(stack).map((edge) => [redrivenBy(stack, edge), edge.to]));
    for (const queue of next.keys()) {
      const passed = new Set<Resource>();
      for (let at = next.get(queue); at && !passed.has(at); at = next.get(at)) {
        passed.add(at);
        if (at !== queue) continue;
        const way = [...passed].map(({ name }) => `'${name}'`).join(", ");
        report(
          at,
          `Redrives to itself through ${way}: remove the redrive policy from one of these queues.`,
        );
      }
    }
  },
};
