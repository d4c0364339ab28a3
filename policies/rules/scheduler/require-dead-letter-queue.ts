import { wellArchitected } from "../../frameworks";
import type { ResourceRule } from "../../rule";

export const requireScheduleDeadLetterQueue: ResourceRule = {
  name: "scheduler-schedule-require-dead-letter-queue",
  displayName: "Schedules set aside what they cannot deliver",
  description: "Every schedule has a dead-letter queue for its target.",
  area: "failure paths",
  severity: "high",
  recommended: {
    level: "mandatory",
    because: "EventBridge Scheduler drops invocations that the target refuses.",
  },
  framework: wellArchitected.looseCoupling,
  remediationSteps: "Set target.deadLetterConfig.arn, and allow the schedule's role to send there.",
  url: "https://docs.aws.amazon.com/scheduler/latest/UserGuide/configuring-schedule-dlq.html",
  types: ["aws:scheduler/schedule:Schedule"],
  check({ inputs }, report) {
    if (!inputs.at("target", "deadLetterConfig", "arn").given)
      report("Drops an invocation that its target refuses: set target.deadLetterConfig.");
  },
};
