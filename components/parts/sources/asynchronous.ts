import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { alarmOnMetrics, sumOf } from "../alarm";
import type { DeadLetterQueue } from "../dead-letter-queue";
import type { Consumer } from "./source";

/**
 * The failure path of a function that is invoked asynchronously: Lambda sends each event for which the callback has thrown three
 * times to the failures queue. The function's role must allow it to send there. An alarm watches each way in which that can fail.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
 */
export function setAsideFailures(
  { name, functionName, alarms, dependsOn }: Consumer,
  failures: DeadLetterQueue,
  opts: pulumi.CustomResourceOptions,
): aws.lambda.FunctionEventInvokeConfig {
  const queueName = failures.queue.name;
  alarmOnMetrics(
    name,
    {
      alarms,
      watch: sumOf("AWS/Lambda", { FunctionName: functionName }),
      descriptions: {
        DestinationDeliveryFailures: `DestinationDeliveryFailures of function ${functionName}: failed events are lost, since Lambda could not send them to ${queueName}. Check that the function's role and the queue's policy allow it.`,
        AsyncEventsDropped: `AsyncEventsDropped of function ${functionName}: Lambda dropped events before the function processed them. Check the function's throttles and errors, and that ${queueName} accepts failed events.`,
      },
    },
    opts,
  );
  return new aws.lambda.FunctionEventInvokeConfig(
    `${name}-on-failure`,
    {
      functionName,
      maximumRetryAttempts: 2,
      maximumEventAgeInSeconds: 21_600,
      destinationConfig: { onFailure: { destination: failures.arn } },
    },
    pulumi.mergeOptions(opts, { dependsOn: [...dependsOn, failures.queue.resource] }),
  );
}
