import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { EventBridgeEvent } from "aws-lambda";
import type { DeadLetterQueue } from "../dead-letter-queue";
import type { EventBus } from "../event-bus";
import { retryForADay, watchEventRule } from "../event-rule";
import { arn } from "../names";
import { setAsideFailures } from "./asynchronous";
import type { Source } from "./source";

export interface FromBusArgs {
  /** The physical name of the rule, from which the queues that admit it compute its ARN. */
  ruleName: string;
  /** What the rule selects, in one sentence; the console shows it. */
  description: string;
  /** Selects events by their `detail`, as an EventBridge pattern. */
  detail: Record<string, unknown>;
  /** Receives what EventBridge could not deliver and what the function failed to process; it must admit EventBridge for this rule. */
  failures: DeadLetterQueue;
}

/**
 * Events of a bus that match a pattern, one per asynchronous invocation. Two failure paths lead to one queue: the dead-letter queue of
 * the target if EventBridge cannot invoke the function, and the on-failure destination if the callback throws three times.
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
