import { wellArchitected } from "../../frameworks";
import type { StackRule } from "../../rule";
import { edgesOf, isFailureEdge, type Edge } from "../../stack/edges";
import { redrivenBy } from "../../stack/redrives";

const consumes = ({ kind }: Edge): boolean => kind === "mapping" || kind === "pipe source";

/**
 * Without a redrive policy a message that cannot be processed comes back until its retention ends, and is then gone. Where
 * messages are set aside for people to read there is nothing to redrive to; as soon as something consumes them there is.
 */
export const requireRedrive: StackRule = {
  name: "sqs-queue-require-redrive",
  displayName: "Queues set failing messages aside",
  description:
    "Every queue redrives to another, unless nothing but people consume it and it is a failure target or tagged `purpose: quarantine`.",
  area: "failure paths",
  severity: "high",
  recommended: {
    level: "mandatory",
    because: "A message that fails returns until it expires, and is lost.",
  },
  framework: wellArchitected.failFast,
  remediationSteps:
    "Give the queue a `redrivePolicy` with a `deadLetterTargetArn` and a `maxReceiveCount`. If people alone read it, tag it `purpose: quarantine`.",
  url: "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html",
  checkStack(stack, report) {
    const edges = edgesOf(stack);
    const redriven = new Set(edges.map((edge) => redrivenBy(stack, edge)));
    const consumers = new Map(edges.filter(consumes).map(({ to, by }) => [to, by]));
    const targets = new Set(edges.filter(isFailureEdge).map(({ to }) => to));

    for (const queue of stack.of("aws:sqs/queue:Queue")) {
      if (redriven.has(queue)) continue;
      const consumer = consumers.get(queue);
      if (consumer)
        report(
          queue,
          `Is consumed by '${consumer.name}' and has no redrive policy: a message that fails comes back until it is deleted.`,
        );
      else if (!targets.has(queue) && queue.inputs.at("tags", "purpose").text() !== "quarantine")
        report(
          queue,
          "Has no redrive policy, and nothing sets messages aside in it: add one, or the tag purpose: quarantine.",
        );
    }
  },
};
