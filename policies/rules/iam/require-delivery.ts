import { wellArchitected } from "../../frameworks";
import type { Refusal } from "../../iam/access";
import type { StackRule } from "../../rule";
import { edgesOf, isFailureEdge } from "../../stack/edges";
import { obstaclesIn } from "../../stack/obstacles";

/** If a dead-letter queue rejects messages, they are lost without notice. */
export const requireDelivery: StackRule = {
  name: "iam-failure-path-require-delivery",
  displayName: "Failure paths can deliver to their dead-letter queues",
  description:
    "The role, the queue policy and the key policy allow the delivery on every failure path.",
  area: "failure paths",
  severity: "critical",
  recommended: {
    level: "mandatory",
    because: "Failed messages are lost because the failure path rejects them.",
  },
  framework: wellArchitected.looseCoupling,
  remediationSteps:
    "Allow the role sqs:SendMessage on the queue, or allow the service to send messages in the queue policy, with the source resource in aws:SourceArn. For redrives, specify the source queue in redriveAllowPolicy.",
  url: "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html",
  checkStack(stack, report) {
    const obstacles = obstaclesIn(stack);
    for (const edge of edgesOf(stack).filter(isFailureEdge))
      for (const obstacle of decided(() => obstacles(edge)))
        report(edge.by, `Cannot deliver failed messages through ${edge.place.path}: ${obstacle}.`);
  },
};

/** The refusals that are final. A condition that cannot be evaluated does not grant a permission. */
export function decided(obstacles: () => Refusal[]): string[] {
  try {
    return obstacles().flatMap(({ sentence, unless }) => (unless ? [] : sentence));
  } catch (error) {
    return [(error as Error).message.replace(/\.$/, "")];
  }
}
