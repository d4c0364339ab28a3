import { wellArchitected } from "../../frameworks";
import type { ResourceRule } from "../../rule";

export const requireSubscriptionRedrive: ResourceRule = {
  name: "sns-subscription-require-redrive",
  displayName: "Subscriptions have a dead-letter queue",
  description: "Every subscription has a dead-letter queue.",
  area: "failure paths",
  severity: "high",
  recommended: {
    level: "mandatory",
    because: "Amazon SNS discards messages that the endpoint rejects.",
  },
  framework: wellArchitected.looseCoupling,
  remediationSteps:
    "Set redrivePolicy with a deadLetterTargetArn, and allow sns.amazonaws.com to send messages for this topic in the queue policy.",
  url: "https://docs.aws.amazon.com/sns/latest/dg/sns-dead-letter-queues.html",
  types: ["aws:sns/topicSubscription:TopicSubscription"],
  check({ inputs }, report) {
    if (!inputs.at("redrivePolicy").json().at("deadLetterTargetArn").given)
      report(
        "Discards messages that it cannot deliver: set redrivePolicy with a deadLetterTargetArn.",
      );
  },
};
