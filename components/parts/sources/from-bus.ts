import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { EventBridgeEvent } from "aws-lambda";
import type { DeadLetterQueue } from "../dead-letter-queue";
import type { EventBus } from "../event-bus";
import { retryForADay, watchEventRule } from "../event-rule";
import { accountId, arn } from "../names";
import { setAsideFailures } from "./asynchronous";
import type { Source } from "./source";

export interface FromBusArgs {
  /** The rule's physical name; whoever admits it to a queue computes its ARN from it. */
  ruleName: string;
  /** One sentence that the console shows. */
  description: string;
  /** What to select of an event's `detail`, as an EventBridge pattern. */
  detail: Record<string, unknown>;
  /** Takes what EventBridge could not hand over and what the function failed at; it must admit EventBridge for this rule. */
  failures: DeadLetterQueue;
}

/**
 * Events of a bus that a pattern selects, one by one, asynchronously. Two things can fail, so it has two failure paths to one
 * queue: the target's dead-letter queue when EventBridge cannot invoke, and the on-failure destination when the callback has thrown
 * three times.
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html
 */
export function fromBus<Detail>(
  bus: EventBus,
  { ruleName, description, detail, failures }: FromBusArgs,
): Source<EventBridgeEvent<string, Detail>, void> {
  return {
    statements: [failures.queue.sendStatement("SetAsideFailures")],
    connect: (consumer, opts) => {
      const { name, functionName, functionArn, alarms, dependsOn } = consumer;
      const rule = new aws.cloudwatch.EventRule(
        `${name}-rule`,
        {
          name: ruleName,
          description,
          eventBusName: bus.name,
          state: "ENABLED",
          eventPattern: JSON.stringify({
            source: [bus.source],
            "detail-type": [bus.detailType],
            detail,
          }),
        },
        pulumi.mergeOptions(opts, { dependsOn: bus.resource }),
      );
      const invocable = new aws.lambda.Permission(
        `${name}-invocable`,
        {
          action: "lambda:InvokeFunction",
          function: functionName,
          principal: "events.amazonaws.com",
          sourceArn: arn.eventRule(ruleName, bus.name),
          sourceAccount: accountId(),
        },
        pulumi.mergeOptions(opts, { dependsOn }),
      );
      const failurePath = setAsideFailures(consumer, failures, opts);
      new aws.cloudwatch.EventTarget(
        `${name}-target`,
        {
          rule: ruleName,
          eventBusName: bus.name,
          targetId: "callback",
          arn: functionArn,
          deadLetterConfig: { arn: failures.arn },
          retryPolicy: retryForADay,
        },
        pulumi.mergeOptions(opts, {
          dependsOn: [rule, ...dependsOn, invocable, failurePath, failures.queue.resource],
        }),
      );
      watchEventRule(name, { ruleName, busName: bus.name, alarms }, opts);
    },
  };
}
