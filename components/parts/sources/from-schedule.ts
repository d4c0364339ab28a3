import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { DeadLetterQueue } from "../dead-letter-queue";
import { retryForADay, watchEventRule } from "../event-rule";
import { arn, physicalName } from "../names";
import type { Sender } from "../queue";
import { setAsideFailures } from "./asynchronous";
import type { Source } from "./source";

export interface FromScheduleArgs {
  /** `rate(1 day)`, or a cron expression in UTC. */
  schedule: string;
  /** What runs when, in one sentence; the console shows it. */
  description: string;
  /** Receives what EventBridge could not deliver and what the function failed to process; it must admit {@link timerOf} the consumer. */
  failures: DeadLetterQueue;
}

const ruleNameOf = (consumer: string): string => physicalName("event rule", `${consumer}-schedule`);

/** The sender of scheduled events by the logical name of the consumer, for the queue that must admit it before it exists. */
export const timerOf = (consumer: string): Sender => ({
  service: "events.amazonaws.com",
  sourceArn: arn.eventRule(ruleNameOf(consumer)),
});

/**
 * Scheduled events, one asynchronous invocation each.
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html
 */
export function fromSchedule({
  schedule,
  description,
  failures,
}: FromScheduleArgs): Source<unknown, void> {
  return {
    statements: [failures.queue.sendStatement("SetAsideFailures")],
    connect: (consumer, opts) => {
      const { name, functionName, functionArn, alarms, dependsOn } = consumer;
      const ruleName = ruleNameOf(name);
      const rule = new aws.cloudwatch.EventRule(
        `${name}-schedule`,
        { name: ruleName, description, state: "ENABLED", scheduleExpression: schedule },
        opts,
      );
      const invocable = new aws.lambda.Permission(
        `${name}-invocable`,
        {
          action: "lambda:InvokeFunction",
          function: functionName,
          principal: "events.amazonaws.com",
          sourceArn: arn.eventRule(ruleName),
        },
        pulumi.mergeOptions(opts, { dependsOn }),
      );
      const failurePath = setAsideFailures(consumer, failures, opts);
      new aws.cloudwatch.EventTarget(
        `${name}-target`,
        {
          rule: ruleName,
          targetId: "callback",
          arn: functionArn,
          deadLetterConfig: { arn: failures.arn },
          retryPolicy: retryForADay,
        },
        pulumi.mergeOptions(opts, {
          dependsOn: [rule, ...dependsOn, invocable, failurePath, failures.queue.resource],
        }),
      );
      watchEventRule(name, { ruleName, alarms }, opts);
    },
  };
}
