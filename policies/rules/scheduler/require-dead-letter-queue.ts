import { wellArchitected } from "../../frameworks";
import type { ResourceRule } from "../../rule";

export const requireScheduleDeadLetterQueue: ResourceRule = {
  name: "scheduler-schedule-require-dead-letter-queue",
  displayName: "Schedules have a dead-letter queue",
  description: "Every schedule has a dead-letter queue for its target.",
  area: "failure paths",
  severity: "high",
  recommended: {
    level: "mandatory",
    because: "EventBridge Scheduler discards invocations that the target rejects.",
  },
  framework: wellArchitected.looseCoupling,
  remediationSteps:
    "Set target.deadLetterConfig.arn, and allow the schedule's role to send messages to the queue.",
  url: "https://docs.aws.amazon.com/scheduler/latest/UserGuide/configuring-schedule-dlq.html",
  types: ["aws:scheduler/schedule:Schedule"],
  check({ inputs }, report) {
    if (!inputs.at("target", "deadLetterConfig", "arn").given)
      report("Discards invocations that it cannot deliver: set target.deadLetterConfig.");
  },
};
