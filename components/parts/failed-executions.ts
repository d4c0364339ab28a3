import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { AlarmTarget } from "./alarm";
import type { DeadLetterQueue } from "./dead-letter-queue";
import { retryForADay, watchEventRule } from "./event-rule";
import { physicalName } from "./names";
import type { StateMachine } from "./state-machine";
import { setAsideError } from "./workflow";

export interface FailedExecutionsArgs {
  machine: StateMachine;
  /** Gets the event, which holds the execution's input; it must admit EventBridge for this rule. */
  failures: DeadLetterQueue;
  /** Gets what that queue refuses; it must admit EventBridge for this rule. */
  undelivered: DeadLetterQueue;
  alarms: AlarmTarget;
}

/** The rule's name by the logical name, for the queues that must admit it first. */
export const failedExecutionsRule = (name: string): string => physicalName("event rule", name);

/**
 * Sets aside executions that ended without their own Catch: timed out as a whole, aborted, or failed where the queue could not be
 * reached. Express workflows send no such events; their failures show in the log and the alarms.
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/eventbridge-integration.html
 */
export function setAsideFailedExecutions(
  name: string,
  { machine, failures, undelivered, alarms }: FailedExecutionsArgs,
  opts: pulumi.CustomResourceOptions,
): void {
  const rule = new aws.cloudwatch.EventRule(
    name,
    {
      name: failedExecutionsRule(name),
      description: `Executions of ${machine.name} that could not set their input aside themselves.`,
      state: "ENABLED",
      eventPattern: pulumi.jsonStringify({
        source: ["aws.states"],
        "detail-type": ["Step Functions Execution Status Change"],
        detail: {
          stateMachineArn: [machine.arn],
          $or: [
            { status: ["TIMED_OUT", "ABORTED"] },
            { status: ["FAILED"], error: [{ "anything-but": [setAsideError] }] },
          ],
        },
      }),
    },
    pulumi.mergeOptions(opts, { dependsOn: machine.resource }),
  );
  new aws.cloudwatch.EventTarget(
    `${name}-target`,
    {
      rule: failedExecutionsRule(name),
      targetId: "failures",
      arn: failures.arn,
      deadLetterConfig: { arn: undelivered.arn },
      retryPolicy: retryForADay,
    },
    pulumi.mergeOptions(opts, {
      dependsOn: [rule, failures.queue.resource, undelivered.queue.resource],
    }),
  );
  watchEventRule(name, { ruleName: failedExecutionsRule(name), alarms }, opts);
}
