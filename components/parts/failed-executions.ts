import type * as pulumi from "@pulumi/pulumi";
import type { AlarmTarget } from "./alarm";
import type { DeadLetterQueue } from "./dead-letter-queue";
import { sendEvents } from "./event-rule";
import { physicalName } from "./names";
import type { StateMachine } from "./state-machine";
import { setAsideError } from "./workflow";

export interface FailedExecutionsArgs {
  machine: StateMachine;
  /** Receives the event, which contains the input of the execution; the queue must admit EventBridge for this rule. */
  failures: DeadLetterQueue;
  /** Receives the events that `failures` refuses; the queue must admit EventBridge for this rule. */
  undelivered: DeadLetterQueue;
  alarms: AlarmTarget;
}

/** The physical name of the rule by its logical name, for the queues that must admit the rule before it exists. */
export const failedExecutionsRule = (name: string): string => physicalName("event rule", name);

/**
 * Sends executions to the failures queue that ended outside of their own Catch: timed out as a whole, stopped, or failed because the
 * queue could not be reached.
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/eventbridge-integration.html
 */
export function setAsideFailedExecutions(
  name: string,
  { machine, failures, undelivered, alarms }: FailedExecutionsArgs,
  opts: pulumi.CustomResourceOptions,
): void {
  sendEvents(
    name,
    {
      ruleName: failedExecutionsRule(name),
      description: `Executions of ${machine.name} that did not send their input to the failures queue themselves.`,
      pattern: {
        source: ["aws.states"],
        "detail-type": ["Step Functions Execution Status Change"],
        detail: {
          stateMachineArn: [machine.arn],
          $or: [
            { status: ["TIMED_OUT", "ABORTED"] },
            { status: ["FAILED"], error: [{ "anything-but": [setAsideError] }] },
          ],
        },
      },
      after: machine.resource,
      to: failures.queue,
      targetId: "failures",
      ...{ undelivered, alarms },
    },
    opts,
  );
}
