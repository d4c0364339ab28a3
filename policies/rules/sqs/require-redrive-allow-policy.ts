import { wellArchitected } from "../../frameworks";
import type { StackRule } from "../../rule";
import { redriveAllowancesIn } from "../../stack/redrives";

/** Without a redrive allow policy, any queue of the account can use this queue as its dead-letter queue. */
export const requireRedriveAllowPolicy: StackRule = {
  name: "sqs-queue-require-redrive-allow-policy",
  displayName: "Queues restrict which queues can redrive to them",
  description: "Every queue specifies the queues that can redrive to it, or denies all queues.",
  area: "least privilege",
  severity: "low",
  recommended: {
    level: "advisory",
    because: "Redriving from another queue needs permissions in the same account.",
  },
  framework: wellArchitected.leastPrivilege,
  remediationSteps:
    'Set redriveAllowPolicy to {"redrivePermission":"byQueue","sourceQueueArns":[…]}, or to {"redrivePermission":"denyAll"}. Name the source queues and compute their ARNs from the names: the ARN output of a source queue would create a dependency cycle.',
  url: "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html",
  checkStack(stack, report) {
    const allowanceOf = redriveAllowancesIn(stack);
    for (const queue of stack.of("aws:sqs/queue:Queue")) {
      const place = allowanceOf(queue);
      if (!place.isKnown()) continue;
      const permission = place.json().at("redrivePermission").text();
      if (permission !== "byQueue" && permission !== "denyAll")
        report(
          queue,
          "Allows every queue of the account to redrive to it: set redriveAllowPolicy to byQueue or denyAll.",
        );
    }
  },
};
