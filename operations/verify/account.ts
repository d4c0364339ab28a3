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

/** Where a stack has alarms, and what their names there begin with. */
export interface AlarmPlace {
  region: string;
  prefix: string;
}

const isTopic = (value: unknown): value is string =>
  typeof value === "string" && /^arn:[^:]+:sns:/.test(value);

const topicsIn = ({ of }: StackOutputs): Set<string> =>
  new Set(Object.values(of).flatMap((part) => Object.values(part ?? {}).filter(isTopic)));

const [regionOf, nameOf] = [3, 5].map((nth) => (arn: string) => arn.split(":")[nth] ?? "") as [
  (arn: string) => string,
  (arn: string) => string,
];

/**
 * The Regions in which a stack has alarms: its own, and those of topics for alarms elsewhere. Names elsewhere contain the Region of the
 * stack, `<project>-<stack>-<short region>-`, which the name of a topic of the stack shows.
 */
export function alarmPlaces(outputs: StackOutputs): AlarmPlace[] {
  const own = {
    region: regionOf(outputs.of["alarms"]?.["topicArn"] ?? ""),
    prefix: alarmPrefix(outputs),
  };
  const elsewhere = [...topicsIn(outputs)].flatMap((arn): AlarmPlace[] => {
    const region = regionOf(arn);
    if (region === own.region) return [];
    const name = nameOf(arn);
    const [ownRegion = ""] = name.slice(own.prefix.length).split("-");
    return [
      { region, prefix: name.startsWith(own.prefix) ? `${own.prefix}${ownRegion}-` : own.prefix },
    ];
  });
  return [own, ...elsewhere];
}

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
 * The states of a stack's alarms in all of its Regions, composite alarms included, which AWS leaves out unless they are asked for.
 * They require the permission on `*`.
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarms.html
 */
export async function alarmStates(
  clientIn: (region: string) => CloudWatchClient,
  places: readonly AlarmPlace[],
): Promise<AlarmStates> {
  const states: AlarmStates = { OK: [], ALARM: [], INSUFFICIENT_DATA: [] };
  for (const { region, prefix } of places) {
    const input = {
      AlarmNamePrefix: prefix,
      AlarmTypes: ["MetricAlarm" as const, "CompositeAlarm" as const],
    };
    for await (const page of paginateDescribeAlarms({ client: clientIn(region) }, input))
      for (const { AlarmName = "", StateValue = "INSUFFICIENT_DATA" } of [
        ...(page.MetricAlarms ?? []),
        ...(page.CompositeAlarms ?? []),
      ])
        states[StateValue].push(AlarmName);
  }
  return states;
}

/**
 * Subscriptions to a stack's topics that were not confirmed, each as the topic and the recipient. Of webhooks the protocol only, since
 * their URL may be a secret. Topics that the stack names and does not own are left out.
 * @see https://docs.aws.amazon.com/sns/latest/api/API_ListSubscriptionsByTopic.html
 */
export async function unconfirmed(
  clientIn: (region: string) => SNSClient,
  outputs: StackOutputs,
): Promise<string[]> {
  const prefix = alarmPrefix(outputs);
  const own = [...topicsIn(outputs)].filter((arn) => nameOf(arn).startsWith(prefix));
  const waiting: string[] = [];
  for (const TopicArn of own)
    for await (const { Subscriptions = [] } of paginateListSubscriptionsByTopic(
      { client: clientIn(regionOf(TopicArn)) },
      { TopicArn },
    ))
      for (const { SubscriptionArn, Protocol, Endpoint } of Subscriptions)
        if (SubscriptionArn === "PendingConfirmation")
          waiting.push(`${nameOf(TopicArn)}: ${Protocol === "email" ? Endpoint : Protocol}`);
  return waiting;
}
