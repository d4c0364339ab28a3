import { wellArchitected } from "../../frameworks";
import type { StackRule } from "../../rule";
import { edgesOf, isFailureEdge } from "../../stack/edges";
import { obstaclesIn } from "../../stack/obstacles";

/** A dead-letter queue that refuses is worse than none: everybody believes that it would take what fails. */
export const requireDelivery: StackRule = {
  name: "iam-failure-path-require-delivery",
  displayName: "Dead-letter queues can be delivered to",
  description:
    "Whoever sets messages aside may do so, by the role, by the policy of the queue and by its key.",
  area: "failure paths",
  severity: "critical",
  framework: wellArchitected.looseCoupling,
  remediationSteps:
    "Allow the role sqs:SendMessage on the queue, or let the service send by the queue's policy with aws:SourceArn of what it delivers for. For redrives name the source in redriveAllowPolicy.",
  url: "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html",
  checkStack(stack, report) {
    const obstacles = obstaclesIn(stack);
    for (const edge of edgesOf(stack).filter(isFailureEdge))
      for (const obstacle of decided(() => obstacles(edge)))
        report(edge.by, `Cannot set messages aside by ${edge.place.path}: ${obstacle}.`);
  },
};

/** A condition that cannot be evaluated is no permission. */
export function decided(obstacles: () => string[]): string[] {
  try {
    return obstacles();
  } catch (error) {
    return [(error as Error).message.replace(/\.$/, "")];
  }
}
