import { wellArchitected } from "../../frameworks";
import type { ResourceRule } from "../../rule";

/** By default EventBridge retries for 24 hours and up to 185 times. */
export const requireTargetRetryPolicy: ResourceRule = {
  name: "events-target-require-retry-policy",
  displayName: "Event targets limit retries",
  description: "Every target of an event rule has a retry policy.",
  area: "failure paths",
  severity: "low",
  recommended: { level: "advisory", because: "The EventBridge default also limits retries." },
  framework: wellArchitected.limitRetries,
  remediationSteps: "Set retryPolicy with maximumRetryAttempts and maximumEventAgeInSeconds.",
  url: "https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-retry-policy.html",
  types: ["aws:cloudwatch/eventTarget:EventTarget"],
  check({ inputs }, report) {
    if (!inputs.at("retryPolicy").given) report("Does not limit retries: set retryPolicy.");
  },
};
