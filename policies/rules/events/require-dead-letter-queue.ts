import { wellArchitected } from "../../frameworks";
import type { ResourceRule } from "../../rule";

/** EventBridge drops an event that its target refuses, at once or after a day of retries. */
export const requireTargetDeadLetterQueue: ResourceRule = {
  name: "events-target-require-dead-letter-queue",
  displayName: "Event targets set aside what they cannot deliver",
  description: "Every target of an event rule has a dead-letter queue.",
  area: "failure paths",
  severity: "high",
  recommended: {
    level: "mandatory",
    because: "EventBridge drops events that the target refuses.",
  },
  framework: wellArchitected.looseCoupling,
  remediationSteps:
    "Set deadLetterConfig.arn, and let events.amazonaws.com send there for this rule by the queue's policy.",
  url: "https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html",
  types: ["aws:cloudwatch/eventTarget:EventTarget"],
  check({ inputs }, report) {
    if (!inputs.at("deadLetterConfig", "arn").given)
      report("Drops what it cannot deliver: set deadLetterConfig.");
  },
};
