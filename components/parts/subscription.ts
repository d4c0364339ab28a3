import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { alarm, sumOf, type AlarmTarget } from "./alarm";
import type { DeadLetterQueue } from "./dead-letter-queue";
import type { EncryptedTopic } from "./encrypted-topic";

export interface SubscriptionArgs {
  topic: EncryptedTopic;
  protocol: "email" | "sms" | "https" | "lambda";
  /** An email address, phone number, URL or function ARN, depending on the protocol. */
  endpoint: pulumi.Input<string>;
  /** Receives notifications that could not be delivered; the queue must admit SNS for this topic. */
  failures: DeadLetterQueue;
}

/**
 * Subscribes an endpoint, with a dead-letter queue; without one, SNS discards notifications that it cannot deliver.
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
      ...(topic.region !== undefined && { region: topic.region }),
      topic: topic.arn,
      protocol,
      endpoint,
      redrivePolicy: pulumi.jsonStringify({ deadLetterTargetArn: failures.arn }),
    },
    pulumi.mergeOptions(opts, { dependsOn: [topic.topic, failures.queue.resource] }),
  );
}

/** A recipient of the notifications of a topic. */
export interface Subscriber extends Pick<SubscriptionArgs, "protocol" | "endpoint"> {
  /** Part of the logical name of the subscription. */
  id: string;
}

/** Subscribers by email. */
export const byMail = (emails: string[]): Subscriber[] =>
  emails.map((endpoint) => ({ protocol: "email", endpoint, id: endpoint }));

export interface SubscriptionsArgs extends Pick<SubscriptionArgs, "topic" | "failures"> {
  subscribers: Subscriber[];
  alarms: AlarmTarget;
}

/**
 * Creates the subscriptions, and an alarm on notifications that do not reach the failures queue either. Returns the logical names of
 * subscriptions whose recipients have not confirmed them, as of the last refresh; SNS sends nothing to those.
 * @see https://docs.aws.amazon.com/sns/latest/dg/sns-email-notifications.html
 */
export function subscribeAll(
  name: string,
  { topic, failures, subscribers, alarms }: SubscriptionsArgs,
  opts: pulumi.CustomResourceOptions,
): pulumi.Output<string[]> {
  if (subscribers.length === 0) return pulumi.output([]);
  const pending = subscribers.map(({ id, protocol, endpoint }) => {
    const subscription = `${name}-to-${id}`;
    const { pendingConfirmation } = subscribe(
      subscription,
      { topic, protocol, endpoint, failures },
      opts,
    );
    return pendingConfirmation.apply((isPending) => (isPending ? [subscription] : []));
  });
  watchSetAside(name, { topic, failures, alarms }, opts);
  return pulumi.all(pending).apply((names) => names.flat());
}

/**
 * Creates an alarm on notifications that are lost: neither delivered nor moved to the failures queue.
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
      description: `NumberOfNotificationsFailedToRedriveToDlq of topic ${topic.name}: notifications are lost, neither delivered nor moved to ${failures.queue.name}. Check that the queue's policy allows SNS to send for this topic.`,
      watch: sumOf("AWS/SNS", { TopicName: topic.name })(
        "NumberOfNotificationsFailedToRedriveToDlq",
      ),
    },
    opts,
  );
}
