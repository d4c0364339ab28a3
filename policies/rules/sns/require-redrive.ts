import { wellArchitected } from "../../frameworks";
import type { ResourceRule } from "../../rule";

export const requireSubscriptionRedrive: ResourceRule = {
  name: "sns-subscription-require-redrive",
  displayName: "Subscriptions set aside what they cannot deliver",
  description: "Every subscription has a dead-letter queue.",
  area: "failure paths",
  severity: "high",
  recommended: {
    level: "mandatory",
    because: "SNS drops messages that the endpoint refuses.",
  },
  framework: wellArchitected.looseCoupling,
  remediationSteps:
    "Set redrivePolicy with a deadLetterTargetArn, and let sns.amazonaws.com send there for this topic by the queue's policy.",
  url: "https://docs.aws.amazon.com/sns/latest/dg/sns-dead-letter-queues.html",
  types: ["aws:sns/topicSubscription:TopicSubscription"],
  check({ inputs }, report) {
    if (!inputs.at("redrivePolicy").json().at("deadLetterTargetArn").given)
      report("Drops what it cannot deliver: set redrivePolicy with a deadLetterTargetArn.");
  },
};
