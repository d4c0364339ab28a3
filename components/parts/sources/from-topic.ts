import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { SNSEvent } from "aws-lambda";
import { alarm } from "../alarm";
import type { DeadLetterQueue } from "../dead-letter-queue";
import type { EncryptedTopic } from "../encrypted-topic";
import { accountId } from "../names";
import { subscribe } from "../subscription";
import type { Source } from "./source";

export interface FromTopicArgs {
  /** Takes what the topic could not hand over and what the function failed at; it must admit SNS for this topic. */
  failures: DeadLetterQueue;
}

/**
 * Notifications of a topic, one by one, asynchronously. Two things can fail, so it has two failure paths to one queue: the
 * subscription's dead-letter queue when SNS cannot invoke, and the on-failure destination when the callback has thrown
 * three times.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
 */
export function fromTopic(
  topic: EncryptedTopic,
  { failures }: FromTopicArgs,
): Source<SNSEvent, void> {
  return {
    statements: [failures.queue.sendStatement("SetAsideFailures")],
    connect: ({ name, functionName, functionArn, alarms, dependsOn }, opts) => {
      const invocable = new aws.lambda.Permission(
        `${name}-invocable`,
        {
          action: "lambda:InvokeFunction",
          function: functionName,
          principal: "sns.amazonaws.com",
          sourceArn: topic.arn,
          sourceAccount: accountId(),
        },
        pulumi.mergeOptions(opts, { dependsOn }),
      );
      const failurePath = new aws.lambda.FunctionEventInvokeConfig(
        `${name}-on-failure`,
        {
          functionName,
          maximumRetryAttempts: 2,
          maximumEventAgeInSeconds: 21_600,
          destinationConfig: { onFailure: { destination: failures.arn } },
        },
        pulumi.mergeOptions(opts, { dependsOn: [...dependsOn, failures.queue.resource] }),
      );
      subscribe(
        `${name}-subscription`,
        { topic, protocol: "lambda", endpoint: functionArn, failures },
        pulumi.mergeOptions(opts, { dependsOn: [...dependsOn, invocable, failurePath] }),
      );
      for (const metric of ["DestinationDeliveryFailures", "AsyncEventsDropped"])
        alarm(
          `${name}-${metric.replace(/(?<=[a-z])(?=[A-Z])/g, "-").toLowerCase()}`,
          {
            alarms,
            description: `${functionName} lost events that it failed at: its role or ${failures.queue.name} refuses them.`,
            watch: {
              namespace: "AWS/Lambda",
              name: metric,
              dimensions: { FunctionName: functionName },
              statistic: "Sum",
            },
          },
          opts,
        );
    },
  };
}
