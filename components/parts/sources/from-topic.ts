import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { SNSEvent } from "aws-lambda";
import type { DeadLetterQueue } from "../dead-letter-queue";
import type { EncryptedTopic } from "../encrypted-topic";
import { subscribe, watchSetAside } from "../subscription";
import { setAsideFailures } from "./asynchronous";
import type { Source } from "./source";

export interface FromTopicArgs {
  /** Receives what SNS could not deliver and what the function failed to process; the queue must admit SNS for this topic. */
  failures: DeadLetterQueue;
}

/**
 * Notifications of a topic, one per asynchronous invocation. Two failure paths lead to one queue: the dead-letter queue of the
 * subscription if SNS cannot invoke the function, and the on-failure destination if the callback throws three times.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
 */
export function fromTopic(
  topic: EncryptedTopic,
  { failures }: FromTopicArgs,
): Source<SNSEvent, void> {
  return {
    statements: [failures.queue.sendStatement("SetAsideFailures")],
    connect: (consumer, opts) => {
      const { name, functionName, functionArn, alarms, dependsOn } = consumer;
      const invocable = new aws.lambda.Permission(
        `${name}-invocable`,
        {
          action: "lambda:InvokeFunction",
          function: functionName,
          principal: "sns.amazonaws.com",
          sourceArn: topic.arn,
        },
        pulumi.mergeOptions(opts, { dependsOn }),
      );
      const failurePath = setAsideFailures(consumer, failures, opts);
      subscribe(
        `${name}-subscription`,
        { topic, protocol: "lambda", endpoint: functionArn, failures },
        pulumi.mergeOptions(opts, { dependsOn: [...dependsOn, invocable, failurePath] }),
      );
      watchSetAside(name, { topic, failures, alarms }, opts);
    },
  };
}
