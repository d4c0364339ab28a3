import { wellArchitected } from "../../frameworks";
import type { StackRule } from "../../rule";
import { edgesOf, isFailureEdge, type Edge } from "../../stack/edges";
import { redrivenBy } from "../../stack/redrives";
import type { Resource } from "../../stack/resource";
import type { Stack } from "../../stack/stack";

const consumes = ({ kind }: Edge): boolean => kind === "mapping" || kind === "pipe source";

/**
 * Without a redrive policy, a message that cannot be processed returns until its retention period ends, and is then lost. A
 * queue for failed messages that only operators read does not need one; a queue with a consumer does.
 */
export const requireRedrive: StackRule = {
  name: "sqs-queue-require-redrive",
  displayName: "Queues redrive failed messages",
  description:
    "Every queue has a redrive policy, unless it has no consumer and is a failure target or has the tag `purpose: quarantine`.",
  area: "failure paths",
  severity: "high",
  recommended: {
    level: "mandatory",
    because: "A message that fails returns until it expires and is lost.",
  },
  framework: wellArchitected.failFast,
  remediationSteps:
    "Set `redrivePolicy` with a `deadLetterTargetArn` and a `maxReceiveCount`. If only operators read the queue, add the tag `purpose: quarantine`.",
  url: "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html",
  checkStack(stack, report) {
    const edges = edgesOf(stack);
    const redriven = new Set(edges.map((edge) => redrivenBy(stack, edge)));
    const consumers = new Map(edges.filter(consumes).map(({ to, by }) => [to, by]));
    const failures = new Set(edges.filter(isFailureEdge).map(({ to }) => to));
    const announced = edges.filter(
      ({ kind, by }) => kind === "target" && bucketsIn(stack, by).some((one) => failures.has(one)),
    );
    const targets = new Set([...failures, ...announced.map(({ to }) => to)]);

    for (const queue of stack.of("aws:sqs/queue:Queue")) {
      if (redriven.has(queue)) continue;
      const consumer = consumers.get(queue);
      if (consumer)
        report(
          queue,
          `Is consumed by '${consumer.name}' and has no redrive policy, so a message that fails returns until it expires: set redrivePolicy.`,
        );
      else if (!targets.has(queue) && queue.inputs.at("tags", "purpose").text() !== "quarantine")
        report(
          queue,
          "Has no redrive policy and is not a target for failed messages: add a redrive policy or the tag purpose: quarantine.",
        );
    }
  },
};

/** The buckets whose events the rule of an event target selects: those of failed batches are announced to a queue. */
function bucketsIn(stack: Stack, target: Resource): Resource[] {
  const rule = stack.referredTo(target, target.inputs.at("rule"), "event rule");
  const pattern = rule?.inputs.at("eventPattern").text();
  if (pattern === undefined) return [];
  const { source, detail } = parsed(pattern);
  if (!source?.includes("aws.s3")) return [];
  return (detail?.bucket?.name ?? []).flatMap((name) => stack.named(`bucket ${name}`) ?? []);
}

interface S3Pattern {
  source?: string[];
  detail?: { bucket?: { name?: string[] } };
}

function parsed(pattern: string): S3Pattern {
  try {
    return JSON.parse(pattern) as S3Pattern;
  } catch {
    return {};
  }
}
