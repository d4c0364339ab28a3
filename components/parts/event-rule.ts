import type * as pulumi from "@pulumi/pulumi";
import { alarm, alarmName, type AlarmTarget } from "./alarm";

/** The retry policy of a target: EventBridge's own longest, a day. */
export const retryForADay = { maximumRetryAttempts: 185, maximumEventAgeInSeconds: 86_400 };

export interface WatchEventRuleArgs {
  /** Its physical name. */
  ruleName: string;
  /** Left out for the default bus, whose rules have no such dimension. */
  busName?: string;
  alarms: AlarmTarget;
}

/**
 * Alarms on every way in which an event rule fails to deliver.
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-monitoring.html
 */
export function watchEventRule(
  name: string,
  { ruleName, busName, alarms }: WatchEventRuleArgs,
  opts: pulumi.CustomResourceOptions,
): void {
  for (const [metric, happened] of surfaces)
    alarm(
      alarmName(name, metric),
      {
        alarms,
        description: `Event rule ${ruleName} ${happened}.`,
        watch: {
          namespace: "AWS/Events",
          name: metric,
          dimensions: { ...(busName && { EventBusName: busName }), RuleName: ruleName },
          statistic: "Sum",
        },
      },
      opts,
    );
}

const surfaces = [
  ["FailedInvocations", "could not invoke its target: the events are in the failures queue"],
  [
    "InvocationsFailedToBeSentToDlq",
    "lost events: its dead-letter queue refused them; look at the queue's policy",
  ],
  ["ThrottledRules", "was throttled: ask for a higher quota of invocations"],
] as const;
