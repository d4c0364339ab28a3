import { wellArchitected } from "../../frameworks";
import type { Refusal } from "../../iam/access";
import type { StackRule } from "../../rule";
import { edgesOf, isFailureEdge } from "../../stack/edges";
import { obstaclesIn } from "../../stack/obstacles";

/** A dead-letter queue that refuses messages loses them without notice. */
export const requireDelivery: StackRule = {
  name: "iam-failure-path-require-delivery",
  displayName: "Dead-letter queues can be delivered to",
  description: "The role, the queue's policy and its key allow the delivery to every failure path.",
  area: "failure paths",
  severity: "critical",
  recommended: {
    level: "mandatory",
    because: "Failed messages are lost, since the failure path refuses them.",
  },
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

/** The refusals that are final. A condition that cannot be evaluated is no permission. */
export function decided(obstacles: () => Refusal[]): string[] {
  try {
    return obstacles().flatMap(({ sentence, unless }) => (unless ? [] : sentence));
  } catch (error) {
    return [(error as Error).message.replace(/\.$/, "")];
  }
}
