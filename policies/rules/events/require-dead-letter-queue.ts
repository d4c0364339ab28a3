import { wellArchitected } from "../../frameworks";
import type { ResourceRule } from "../../rule";

/** EventBridge discards an event that its target rejects, immediately or after 24 hours of retries. */
export const requireTargetDeadLetterQueue: ResourceRule = {
  name: "events-target-require-dead-letter-queue",
  displayName: "Event targets have a dead-letter queue",
  description: "Every target of an event rule has a dead-letter queue.",
  area: "failure paths",
  severity: "high",
  recommended: {
    level: "mandatory",
    because: "EventBridge discards events that the target rejects.",
  },
  framework: wellArchitected.looseCoupling,
  remediationSteps:
    "Set deadLetterConfig.arn, and allow events.amazonaws.com to send messages for this rule in the queue policy.",
  url: "https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html",
  types: ["aws:cloudwatch/eventTarget:EventTarget"],
  check({ inputs }, report) {
    if (!inputs.at("deadLetterConfig", "arn").given)
      report("Discards events that it cannot deliver: set deadLetterConfig.");
  },
};
