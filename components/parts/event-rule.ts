import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { alarmOnMetrics, sumOf, type AlarmTarget } from "./alarm";
import type { DeadLetterQueue } from "./dead-letter-queue";
import type { Queue } from "./queue";

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

export interface SendEventsArgs {
  /** The physical name of the rule. */
  ruleName: string;
  /** What the rule selects, in one sentence; the console shows it. */
  description: string;
  pattern: object;
  /** What the rule comes after. @default nothing */
  after?: pulumi.Resource;
  /** Receives the events; it must admit EventBridge for this rule. */
  to: Queue;
  /** Names the target within the rule. */
  targetId: string;
  /** Receives the events that `to` refuses; it must admit EventBridge for this rule. */
  undelivered: DeadLetterQueue;
  alarms: AlarmTarget;
}

/** Creates a rule of the default bus that sends events of an AWS service to a queue, with its alarms; returns its target. */
export function sendEvents(
  name: string,
  { ruleName, description, pattern, after, to, targetId, undelivered, alarms }: SendEventsArgs,
  opts: pulumi.CustomResourceOptions,
): aws.cloudwatch.EventTarget {
  const rule = new aws.cloudwatch.EventRule(
    name,
    {
      name: ruleName,
      description,
      state: "ENABLED",
      eventPattern: pulumi.jsonStringify(pattern),
    },
    after ? pulumi.mergeOptions(opts, { dependsOn: after }) : opts,
  );
  const target = new aws.cloudwatch.EventTarget(
    `${name}-target`,
    {
      rule: ruleName,
      targetId,
      arn: to.arn,
      deadLetterConfig: { arn: undelivered.arn },
      retryPolicy: retryForADay,
    },
    pulumi.mergeOptions(opts, { dependsOn: [rule, to.resource, undelivered.queue.resource] }),
  );
  watchEventRule(name, { ruleName, alarms }, opts);
  return target;
}
