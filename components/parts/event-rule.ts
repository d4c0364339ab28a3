import type * as pulumi from "@pulumi/pulumi";
import { alarmOnMetrics, sumOf, type AlarmTarget } from "./alarm";

/**
 * The longest retry policy that a target of an event rule can have: one day.
 * @see https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_RetryPolicy.html
 */
export const retryForADay = { maximumRetryAttempts: 185, maximumEventAgeInSeconds: 86_400 };

export interface WatchEventRuleArgs {
  /** The physical name of the rule. */
  ruleName: string;
  /** The physical name of its bus. Left out for the default bus, whose metrics have no such dimension. */
  busName?: string;
  alarms: AlarmTarget;
}

/**
 * Creates an alarm for each way in which an event rule fails to deliver.
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-monitoring.html
 */
export function watchEventRule(
  name: string,
  { ruleName, busName, alarms }: WatchEventRuleArgs,
  opts: pulumi.CustomResourceOptions,
): void {
  const of = `of event rule ${ruleName}`;
  alarmOnMetrics(
    name,
    {
      alarms,
      watch: sumOf("AWS/Events", {
        ...(busName && { EventBusName: busName }),
        RuleName: ruleName,
      }),
      descriptions: {
        FailedInvocations: `FailedInvocations ${of}: EventBridge could not invoke the target, and the events are in the failures queue. Check that the target exists and allows the rule, then redrive the queue.`,
        InvocationsFailedToBeSentToDlq: `InvocationsFailedToBeSentToDlq ${of}: events are lost, since the dead-letter queue refused them. Check that the queue's policy allows EventBridge to send for this rule.`,
        ThrottledRules: `ThrottledRules ${of}: EventBridge throttles the rule and delivers late. Request a higher quota of invocations.`,
      },
    },
    opts,
  );
}
