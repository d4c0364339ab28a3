import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { DeadLetterQueue } from "./dead-letter-queue";
import type { EncryptedTopic } from "./encrypted-topic";

export interface SubscriptionArgs {
  topic: EncryptedTopic;
  protocol: "email" | "sms" | "https" | "lambda";
  /** An address, a number, a URL or a function's ARN, as the protocol asks. */
  endpoint: pulumi.Input<string>;
  /** Where a notification goes that could not be delivered; the queue must admit SNS for this topic. */
  failures: DeadLetterQueue;
}

/**
 * Subscribes an endpoint, with a dead-letter queue: SNS drops what it could not deliver otherwise.
 * @see https://docs.aws.amazon.com/sns/latest/dg/sns-dead-letter-queues.html
 */
export function subscribe(
  name: string,
  { topic, protocol, endpoint, failures }: SubscriptionArgs,
  opts: pulumi.CustomResourceOptions,
): aws.sns.TopicSubscription {
  return new aws.sns.TopicSubscription(
    name,
    {
      topic: topic.arn,
      protocol,
      endpoint,
      redrivePolicy: pulumi.jsonStringify({ deadLetterTargetArn: failures.arn }),
    },
    pulumi.mergeOptions(opts, { dependsOn: [topic.topic, failures.queue.resource] }),
  );
}
