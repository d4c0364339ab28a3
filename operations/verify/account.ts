import {
  CloudWatchClient,
  paginateDescribeAlarms,
  type StateValue,
} from "@aws-sdk/client-cloudwatch";
import { paginateListSubscriptionsByTopic, SNSClient } from "@aws-sdk/client-sns";
import type { StackOutputs } from "../stack-outputs";

/** The names of a stack's alarms by their state. */
export type AlarmStates = Record<StateValue, string[]>;

const alarmsTopicSuffix = "-alarms-topic";

/** What the names of a stack's alarms begin with: `<project>-<stack>-`, as the topic of its alarms. */
export function alarmPrefix({ of }: StackOutputs): string {
  const name = of["alarms"]?.["topicArn"]?.split(":").pop() ?? "";
  if (!name.endsWith(alarmsTopicSuffix))
    throw new Error(
      "The program must export alarms, with topicArn, the ARN of the topic of its alarms.",
    );
  return name.slice(0, 1 - alarmsTopicSuffix.length);
}

/**
 * The states of a stack's alarms, composite alarms included, which AWS leaves out unless they are asked for.
 * They require the permission on `*`.
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarms.html
 */
export async function alarmStates(client: CloudWatchClient, prefix: string): Promise<AlarmStates> {
  const states: AlarmStates = { OK: [], ALARM: [], INSUFFICIENT_DATA: [] };
  const input = {
    AlarmNamePrefix: prefix,
    AlarmTypes: ["MetricAlarm" as const, "CompositeAlarm" as const],
  };
  for await (const page of paginateDescribeAlarms({ client }, input))
    for (const { AlarmName = "", StateValue = "INSUFFICIENT_DATA" } of [
      ...(page.MetricAlarms ?? []),
      ...(page.CompositeAlarms ?? []),
    ])
      states[StateValue].push(AlarmName);
  return states;
}

/**
 * Subscriptions to a stack's topics that were not confirmed, each as the topic and the recipient. Of webhooks the protocol only, since
 * their URL may be a secret.
 * @see https://docs.aws.amazon.com/sns/latest/api/API_ListSubscriptionsByTopic.html
 */
export async function unconfirmed(client: SNSClient, { of }: StackOutputs): Promise<string[]> {
  const topics = Object.values(of)
    .flatMap((part) => Object.values(part ?? {}))
    .filter((value) => typeof value === "string" && /^arn:[^:]+:sns:/.test(value)) as string[];
  const waiting: string[] = [];
  for (const TopicArn of new Set(topics))
    for await (const { Subscriptions = [] } of paginateListSubscriptionsByTopic(
      { client },
      { TopicArn },
    ))
      for (const { SubscriptionArn, Protocol, Endpoint } of Subscriptions)
        if (SubscriptionArn === "PendingConfirmation")
          waiting.push(
            `${TopicArn.split(":").pop()}: ${Protocol === "email" ? Endpoint : Protocol}`,
          );
  return waiting;
}
