import { wellArchitected } from "../../frameworks";
import type { ResourceRule } from "../../rule";

/** Without one, any queue of the account may name this one as its dead-letter queue and mix its messages in. */
export const requireRedriveAllowPolicy: ResourceRule = {
  name: "sqs-queue-require-redrive-allow-policy",
  displayName: "Queues say who redrives to them",
  description: "Every queue names the queues that may redrive to it, or denies it to all.",
  area: "least privilege",
  severity: "low",
  framework: wellArchitected.leastPrivilege,
  remediationSteps:
    'Set redriveAllowPolicy to {"redrivePermission":"byQueue","sourceQueueArns":[…]}, or to {"redrivePermission":"denyAll"}.',
  url: "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html",
  types: ["aws:sqs/queue:Queue"],
  check({ inputs }, report) {
    const place = inputs.at("redriveAllowPolicy");
    if (!place.isKnown()) return;
    const permission = place.json().at("redrivePermission").text();
    if (permission !== "byQueue" && permission !== "denyAll")
      report(
        "Lets every queue of the account redrive to it: set redriveAllowPolicy to byQueue or denyAll.",
      );
  },
};
