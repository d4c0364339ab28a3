import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { alarm, type AlarmTarget } from "./alarm";
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

/** Who gets the notifications of a topic. */
export interface Subscriber extends Pick<SubscriptionArgs, "protocol" | "endpoint"> {
  /** Part of the subscription's logical name. */
  id: string;
}

/** People who read their mail. */
export const byMail = (emails: string[]): Subscriber[] =>
  emails.map((endpoint) => ({ protocol: "email", endpoint, id: endpoint }));

export interface SubscriptionsArgs extends Pick<SubscriptionArgs, "topic" | "failures"> {
  subscribers: Subscriber[];
  alarms: AlarmTarget;
}

/** Subscribes everybody, and watches that what does not reach them is set aside. */
export function subscribeAll(
  name: string,
  { topic, failures, subscribers, alarms }: SubscriptionsArgs,
  opts: pulumi.CustomResourceOptions,
): void {
  if (subscribers.length === 0) return;
  for (const { id, protocol, endpoint } of subscribers)
    subscribe(`${name}-to-${id}`, { topic, protocol, endpoint, failures }, opts);
  watchSetAside(name, { topic, failures, alarms }, opts);
}

/**
 * Watches the last failure of a topic's subscriptions, after which a notification is nowhere.
 * @see https://docs.aws.amazon.com/sns/latest/dg/sns-monitoring-using-cloudwatch.html
 */
export function watchSetAside(
  name: string,
  { topic, failures, alarms }: Omit<SubscriptionsArgs, "subscribers">,
  opts: pulumi.CustomResourceOptions,
): void {
  alarm(
    `${name}-not-set-aside`,
    {
      alarms,
      description: `Notifications of ${topic.name} are lost: neither delivered nor put into ${failures.queue.name}; let SNS send to that queue.`,
      watch: {
        namespace: "AWS/SNS",
        name: "NumberOfNotificationsFailedToRedriveToDlq",
        dimensions: { TopicName: topic.name },
        statistic: "Sum",
      },
    },
    opts,
  );
}
