import { wellArchitected } from "../../frameworks";
import type { StackRule } from "../../rule";
import { edgesOf, isFailureEdge } from "../../stack/edges";
import { redrivenBy } from "../../stack/redrives";
import type { Resource } from "../../stack/resource";

/** A queue in order redrives to a queue in order; everything else sets aside in a standard queue only. */
export const requireMatchingKind: StackRule = {
  name: "sqs-queue-require-matching-kind",
  displayName: "Dead-letter queues are of the kind that their source takes",
  description:
    "A FIFO queue redrives to a FIFO queue, and anything else sets aside in a standard queue.",
  area: "failure paths",
  severity: "high",
  recommended: {
    level: "mandatory",
    because: "SQS refuses a dead-letter queue of the other kind.",
  },
  framework: wellArchitected.looseCoupling,
  remediationSteps:
    "Set fifoQueue alike on both queues; use a standard queue for everything but the redrives of FIFO queues.",
  url: "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html",
  checkStack(stack, report) {
    for (const edge of edgesOf(stack).filter(isFailureEdge)) {
      const { kind, by, to } = edge;
      const from = redrivenBy(stack, edge);
      // The kind of a queue outside this stack is not known.
      if (to?.type !== "aws:sqs/queue:Queue" || (kind === "queue redrive" && !from)) continue;
      const wanted = from !== undefined && isFifo(from);
      if (isFifo(to) !== wanted)
        report(
          by,
          `Sets messages aside in '${to.name}', which ${wanted ? "is no FIFO queue" : "is a FIFO queue"}: name one of the other kind.`,
        );
    }
  },
};

const isFifo = ({ inputs }: Resource): boolean => inputs.at("fifoQueue").flag() === true;
