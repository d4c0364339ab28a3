import { wellArchitected } from "../../frameworks";
import { isSetAside } from "../../monitoring/surfaces";
import type { StackRule } from "../../rule";
import { edgesOf, type Edge } from "../../stack/edges";
import { failureTargets } from "../../stack/failure-targets";
import { redrivenBy } from "../../stack/redrives";

const consumes = ({ kind }: Edge): boolean => kind === "mapping" || kind === "pipe source";

/**
 * Without a redrive policy, a message that cannot be processed returns until its retention period ends, and is then lost. A
 * queue for failed messages that only operators read does not need one; a queue with a consumer does.
 */
export const requireRedrive: StackRule = {
  name: "sqs-queue-require-redrive",
  displayName: "Queues redrive failed messages",
  description:
    "Every queue has a redrive policy, unless it has no consumer and is a failure target or has the tag `purpose: quarantine` or `purpose: failures`.",
  area: "failure paths",
  severity: "high",
  recommended: {
    level: "mandatory",
    because: "A message that fails returns until it expires and is lost.",
  },
  framework: wellArchitected.failFast,
  remediationSteps:
    "Set `redrivePolicy` with a `deadLetterTargetArn` and a `maxReceiveCount`. If only operators read the queue, add the tag `purpose: quarantine` or `purpose: failures`.",
  url: "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html",
  checkStack(stack, report) {
    const edges = edgesOf(stack);
    const redriven = new Set(edges.map((edge) => redrivenBy(stack, edge)));
    const consumers = new Map(edges.filter(consumes).map(({ to, by }) => [to, by]));
    const targets = failureTargets(stack);

    for (const queue of stack.of("aws:sqs/queue:Queue")) {
      if (redriven.has(queue)) continue;
      const consumer = consumers.get(queue);
      if (consumer)
        report(
          queue,
          `Is consumed by '${consumer.name}' and has no redrive policy, so a message that fails returns until it expires: set redrivePolicy.`,
        );
      else if (!targets.has(queue) && !isSetAside(queue))
        report(
          queue,
          "Has no redrive policy and is not a target for failed messages: add a redrive policy or the tag purpose: quarantine.",
        );
    }
  },
};
