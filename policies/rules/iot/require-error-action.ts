import { wellArchitected } from "../../frameworks";
import type { ResourceRule } from "../../rule";
import { nameInArn, nameInQueueUrl } from "../../stack/names";
import { ruleSinks, type RuleSink } from "../../stack/rule-sinks";

/** Without an error action, AWS IoT retries a failed action for a limited time and then discards the message. */
export const requireErrorAction: ResourceRule = {
  name: "iot-rule-require-error-action",
  displayName: "Topic rules have an error action",
  description:
    "Every topic rule has an error action whose target differs from the targets of its other actions.",
  area: "failure paths",
  severity: "high",
  recommended: {
    level: "mandatory",
    because: "AWS IoT discards messages that an action cannot deliver.",
  },
  framework: wellArchitected.looseCoupling,
  remediationSteps:
    "Set `errorAction` to a queue that no other action of this rule uses, and allow the rule's role to send messages to the queue.",
  url: "https://docs.aws.amazon.com/iot/latest/developerguide/rule-error-handling.html",
  types: ["aws:iot/topicRule:TopicRule"],
  check(resource, report) {
    const sinks = ruleSinks(resource);
    if (!resource.inputs.at("errorAction").given)
      return report(
        "Has no error action, so messages that an action cannot deliver are lost: set errorAction.",
      );

    const usual = new Map(
      sinks.filter(({ onError }) => !onError).map((sink) => [called(sink), sink]),
    );
    for (const sink of sinks.filter(({ onError }) => onError)) {
      const name = called(sink);
      if (name && usual.has(name))
        report(
          `Sends failed messages to a target of the same rule, ${name}: use another target for errorAction.`,
        );
    }
  },
};

/** A uniform name for a sink that is specified by ARN, by URL or by name. */
function called({ place, kind }: RuleSink): string | undefined {
  const text = place.text();
  if (text === undefined) return undefined;
  return nameInArn(text) ?? nameInQueueUrl(text) ?? `${kind ?? "sink"} ${text}`;
}
