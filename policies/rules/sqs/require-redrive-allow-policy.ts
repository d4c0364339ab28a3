import { wellArchitected } from "../../frameworks";
import type { StackRule } from "../../rule";
import { redriveAllowancesIn } from "../../stack/redrives";

/** Without one, any queue of the account may name this one as its dead-letter queue and mix its messages in. */
export const requireRedriveAllowPolicy: StackRule = {
  name: "sqs-queue-require-redrive-allow-policy",
  displayName: "Queues say who redrives to them",
  description: "Every queue names the queues that may redrive to it, or denies it to all.",
  area: "least privilege",
  severity: "low",
  recommended: {
    level: "advisory",
    because: "Redriving from another queue needs permissions in the same account.",
  },
  framework: wellArchitected.leastPrivilege,
  remediationSteps:
    'Set redriveAllowPolicy to {"redrivePermission":"byQueue","sourceQueueArns":[…]}, or to {"redrivePermission":"denyAll"}. Name the source queues and compute their ARNs from the names: the ARN of a queue that redrives here would make a cycle.',
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
          "Lets every queue of the account redrive to it: set redriveAllowPolicy to byQueue or denyAll.",
        );
    }
  },
};
