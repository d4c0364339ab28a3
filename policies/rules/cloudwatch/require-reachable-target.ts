import { accessIn } from "../../iam/access";
import { wellArchitected } from "../../frameworks";
import { names } from "../../parameters";
import type { StackRule } from "../../rule";
import { nameOf } from "../../stack/names";
import { keyBehind } from "../../stack/keys";
import type { Place } from "../../stack/place";
import type { Resource } from "../../stack/resource";
import type { Stack } from "../../stack/stack";
import { whereaboutsOf } from "../../stack/whereabouts";
import { decided } from "../iam/require-delivery";

/** CloudWatch tells nobody that it could not tell: it needs the topic's policy and the key's. */
export const requireReachableTarget: StackRule = {
  name: "cloudwatch-alarm-require-reachable-target",
  displayName: "Alarms reach somebody",
  description:
    "Every alarm has an action, to a topic that CloudWatch may publish to and whose key it may use.",
  area: "monitoring",
  severity: "critical",
  framework: wellArchitected.notify,
  remediationSteps:
    "Set alarmActions to a topic with a key of your own. Let cloudwatch.amazonaws.com publish in the topic's policy, and use kms:GenerateDataKey and kms:Decrypt in the key's, both for this stack's alarms.",
  url: "https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Notify_Users_Alarm_Changes.html",
  parameters: { topicArns: names("ARNs of the topics that people read: every alarm tells one.") },
  checkStack(stack, report, { topicArns }: { topicArns: readonly string[] }) {
    const obstacles = obstaclesIn(stack);
    for (const alarm of stack.of("aws:cloudwatch/metricAlarm:MetricAlarm")) {
      const { inputs } = alarm;
      const actions = inputs.at("alarmActions");
      if (inputs.at("actionsEnabled").flag() === false)
        report(alarm, "Tells nobody, since actionsEnabled is false: leave it out.");
      if (!actions.given || (actions.isKnown() && actions.items().length === 0))
        report(alarm, "Tells nobody: set alarmActions to a topic.");
      else {
        if (
          topicArns.length > 0 &&
          isKnown(actions) &&
          !actions.texts().some((arn) => topicArns.includes(arn))
        )
          report(
            alarm,
            `Tells nobody who reads it: add ${topicArns.join(" or ")} to alarmActions.`,
          );
        for (const place of actions.items()) {
          const topic = stack.referredTo(alarm, place, "topic");
          if (topic?.type !== "aws:sns/topic:Topic") continue;
          for (const obstacle of obstacles(alarm, topic))
            report(alarm, `Cannot reach '${topic.name}': ${obstacle}.`);
        }
      }
    }
  },
};

/** Each action is asked, so that none which is not known yet goes unnoticed. */
const isKnown = (actions: Place): boolean =>
  actions.items().filter((action) => !action.isKnown()).length === 0;

/** What keeps an alarm from reaching a topic. */
function obstaclesIn(stack: Stack): (alarm: Resource, topic: Resource) => string[] {
  const where = whereaboutsOf(stack);
  if (!where) return () => [];
  const access = accessIn(stack, where);
  const at = (service: string, resource: string) =>
    `arn:${where.partition}:${service}:${where.region}:${where.account}:${resource}`;

  return (alarm, topic) => {
    const name = nameOf(alarm)?.slice("alarm ".length);
    const topicName = nameOf(topic)?.slice("topic ".length);
    if (name === undefined || topicName === undefined) return [];
    const source = at("cloudwatch", `alarm:${name}`);
    const deliverer = { service: "cloudwatch.amazonaws.com", source };
    const refusal = (action: string, arn: string, resource: Resource): string[] => {
      const sentence = access.refusal({ deliverer, action, arn, resource });
      return sentence === undefined ? [] : [sentence];
    };
    const key = keyBehind(stack, topic.inputs.at("kmsMasterKeyId").peek());
    return decided(() => [
      ...refusal("sns:Publish", at("sns", topicName), topic),
      ...(key
        ? ["kms:GenerateDataKey", "kms:Decrypt"].flatMap((action) =>
            refusal(action, at("kms", "key/key"), key),
          )
        : []),
    ]);
  };
}
