import { wellArchitected } from "../../frameworks";
import type { StackRule } from "../../rule";
import { edgesOf, isFailureEdge } from "../../stack/edges";
import { announcementsIn } from "../../stack/failure-targets";
import { redrivenBy } from "../../stack/redrives";
import type { Resource } from "../../stack/resource";

/** A FIFO queue redrives to a FIFO queue; all other sources support only a standard queue. */
export const requireMatchingKind: StackRule = {
  name: "sqs-queue-require-matching-kind",
  displayName: "Dead-letter queues have the type that their source supports",
  description:
    "A FIFO queue redrives to a FIFO queue, and all other sources send failed messages to a standard queue.",
  area: "failure paths",
  severity: "high",
  recommended: {
    level: "mandatory",
    because: "The service rejects a dead-letter queue of the other type.",
  },
  framework: wellArchitected.looseCoupling,
  remediationSteps:
    "Set the same fifoQueue value on both queues; use a standard queue for all other sources.",
  url: "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html",
  checkStack(stack, report) {
    const edges = [...edgesOf(stack).filter(isFailureEdge), ...announcementsIn(stack)];
    for (const edge of edges) {
      const { kind, by, to } = edge;
      const from = redrivenBy(stack, edge);
      // The type of a queue outside this stack is not known.
      if (to?.type !== "aws:sqs/queue:Queue" || (kind === "queue redrive" && !from)) continue;
      const wanted = from !== undefined && isFifo(from);
      if (isFifo(to) !== wanted)
        report(
          by,
          `Sends failed messages to '${to.name}', which ${wanted ? "is not a FIFO queue" : "is a FIFO queue"}: use a queue of the other type.`,
        );
    }
  },
};

const isFifo = ({ inputs }: Resource): boolean => inputs.at("fifoQueue").flag() === true;
