import { wellArchitected } from "../../frameworks";
import type { ResourceRule } from "../../rule";
import { nameInArn, nameInQueueUrl } from "../../stack/names";
import { ruleSinks, type RuleSink } from "../../stack/rule-sinks";

/** Without an error action AWS IoT tries an action for a while and then drops the message. */
export const requireErrorAction: ResourceRule = {
  name: "iot-rule-require-error-action",
  displayName: "Topic rules set aside what they cannot deliver",
  description: "Every topic rule has an error action that does not lead to one of its own sinks.",
  area: "failure paths",
  severity: "high",
  recommended: {
    level: "mandatory",
    because: "AWS IoT drops messages that an action cannot deliver.",
  },
  framework: wellArchitected.looseCoupling,
  remediationSteps:
    "Set `errorAction` to a queue that no action of this rule sends to, and allow the rule's role to send there.",
  url: "https://docs.aws.amazon.com/iot/latest/developerguide/rule-error-handling.html",
  types: ["aws:iot/topicRule:TopicRule"],
  check(resource, report) {
    const sinks = ruleSinks(resource);
    if (!resource.inputs.at("errorAction").given)
      return report("Has no error action: messages that an action cannot deliver are lost.");

    const usual = new Map(
      sinks.filter(({ onError }) => !onError).map((sink) => [called(sink), sink]),
    );
    for (const sink of sinks.filter(({ onError }) => onError)) {
      const name = called(sink);
      if (name && usual.has(name))
        report(
          `Sends what it could not deliver to where it could not deliver it, ${name}: name another.`,
        );
    }
  },
};

/** One name for a sink, whether it is given by ARN, by URL or by name. */
function called({ place, kind }: RuleSink): string | undefined {
  const text = place.text();
  if (text === undefined) return undefined;
  return nameInArn(text) ?? nameInQueueUrl(text) ?? `${kind ?? "sink"} ${text}`;
}
