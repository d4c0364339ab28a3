import { accessIn, type Refusal } from "../../iam/access";
import { combinedAlarms, compositeAlarm, metricAlarm } from "../../monitoring/composites";
import { wellArchitected } from "../../frameworks";
import { names } from "../../parameters";
import type { StackRule } from "../../rule";
import { keyObstacles } from "../../stack/key-obstacles";
import { arnParts, physicalName } from "../../stack/names";
import type { Place } from "../../stack/place";
import type { Resource } from "../../stack/resource";
import type { Stack } from "../../stack/model";
import { placeOf, whereaboutsOf } from "../../stack/whereabouts";
import { decided } from "../iam/require-delivery";

/** CloudWatch does not report notifications that it cannot deliver: the topic policy and the key policy must allow them. */
export const requireReachableTarget: StackRule = {
  name: "cloudwatch-alarm-require-reachable-target",
  displayName: "Alarms notify a topic",
  description:
    "Every alarm that no composite alarm combines has an action on a topic of its own Region, to which CloudWatch can publish and whose key it can use.",
  area: "monitoring",
  severity: "critical",
  recommended: {
    level: "mandatory",
    because: "The alarm enters the ALARM state without sending a notification.",
  },
  framework: wellArchitected.notify,
  remediationSteps:
    "Set alarmActions to a topic with a customer managed key. For this stack's alarms, allow cloudwatch.amazonaws.com to publish in the topic policy, and to use kms:GenerateDataKey and kms:Decrypt in the key policy.",
  url: "https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Notify_Users_Alarm_Changes.html",
  parameters: {
    topicArns: names(
      "ARNs of the topics that operators receive: every alarm must notify one of them.",
    ),
  },
  checkStack(stack, report, { topicArns }: { topicArns: readonly string[] }) {
    const obstacles = obstaclesIn(stack);
    const where = whereaboutsOf(stack);
    const combined = combinedAlarms(stack);
    for (const alarm of stack.of(metricAlarm, compositeAlarm)) {
      const { inputs } = alarm;
      const actions = inputs.at("alarmActions");
      const isSilent = !actions.given || (actions.isKnown() && actions.items().length === 0);
      const isDisabled = inputs.at("actionsEnabled").flag() === false;
      if ((isSilent || isDisabled) && combined.has(alarm)) continue;
      if (isDisabled)
        report(
          alarm,
          "Sends no notification because actionsEnabled is false: remove actionsEnabled.",
        );
      if (isSilent) report(alarm, "Sends no notification: set alarmActions to a topic.");
      else {
        if (
          topicArns.length > 0 &&
          isKnown(actions) &&
          !actions.texts().some((arn) => topicArns.includes(arn))
        )
          report(
            alarm,
            `Notifies none of the required topics: add ${topicArns.join(" or ")} to alarmActions.`,
          );
        for (const place of actions.items()) {
          const region = where && placeOf(where, alarm).region;
          const elsewhere = topicRegionOf(place);
          if (region !== undefined && elsewhere !== undefined && elsewhere !== region)
            report(
              alarm,
              `Is in ${region} and notifies a topic in ${elsewhere}: use a topic in the Region of the alarm.`,
            );
          const topic = stack.referredTo(alarm, place, "topic");
          if (topic?.type !== "aws:sns/topic:Topic") continue;
          for (const obstacle of obstacles(alarm, topic))
            report(alarm, `Cannot reach '${topic.name}': ${obstacle}.`);
        }
      }
    }
  },
};

/** Checks each action, so that every unknown value is recorded. */
const isKnown = (actions: Place): boolean =>
  actions.items().filter((action) => !action.isKnown()).length === 0;

/** The Region of a topic, by its ARN. */
function topicRegionOf(action: Place): string | undefined {
  const { service, region } = arnParts(action.peek() ?? "") ?? {};
  return service === "sns" ? region : undefined;
}

/** The reasons why an alarm cannot publish to a topic. */
function obstaclesIn(stack: Stack): (alarm: Resource, topic: Resource) => string[] {
  const where = whereaboutsOf(stack);
  if (!where) return () => [];
  const access = accessIn(stack, where);
  const arnAt = (owner: Resource, service: string, resource: string) =>
    `arn:${where.partition}:${service}:${placeOf(where, owner).region}:${where.account}:${resource}`;

  return (alarm, topic) => {
    const name = physicalName(alarm);
    const topicName = physicalName(topic);
    if (name === undefined || topicName === undefined) return [];
    const source = arnAt(alarm, "cloudwatch", `alarm:${name}`);
    const deliverer = { service: "cloudwatch.amazonaws.com", source };
    const arn = arnAt(topic, "sns", topicName);
    const actions = ["kms:GenerateDataKey", "kms:Decrypt"];
    return decided((): Refusal[] => [
      ...[access.refusal({ deliverer, action: "sns:Publish", arn, resource: topic }) ?? []].flat(),
      ...keyObstacles(stack, access, {
        ...{ deliverer, actions, to: topic },
        where: placeOf(where, topic),
      }),
    ]);
  };
}
