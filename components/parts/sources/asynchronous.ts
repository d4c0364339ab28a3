import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { alarm, alarmName } from "../alarm";
import type { DeadLetterQueue } from "../dead-letter-queue";
import type { Consumer } from "./source";

/**
 * The failure path of a function that is invoked asynchronously: what the callback has thrown at three times goes to a queue, which
 * the function's role must be allowed to send to; and an alarm for each way in which even that can fail.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
 */
export function setAsideFailures(
  { name, functionName, alarms, dependsOn }: Consumer,
  failures: DeadLetterQueue,
  opts: pulumi.CustomResourceOptions,
): aws.lambda.FunctionEventInvokeConfig {
  for (const metric of ["DestinationDeliveryFailures", "AsyncEventsDropped"])
    alarm(
      alarmName(name, metric),
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
