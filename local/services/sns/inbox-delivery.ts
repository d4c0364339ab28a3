import type { Notification } from "./published-text";

/** Why an endpoint did not take a notification; SNS tries again unless the fault is its own. */
export interface Refusal {
  reason: string;
  permanent: boolean;
}

/**
 * Posts a notification as SNS posts to webhooks, to the double that stands for the endpoint.
 * SNS tries again after 5xx and 429 only; undefined means it was taken.
 */
export async function postNotification(
  inboxUrl: string,
  { protocol, endpoint }: { protocol: string; endpoint: string },
  subscriptionArn: string,
  notification: Notification,
): Promise<Refusal | undefined> {
  const answer = await fetch(`${inboxUrl}/${protocol}/${encodeURIComponent(endpoint)}`, {
    method: "POST",
    headers: {
      "content-type": "text/plain; charset=UTF-8",
      "user-agent": "Amazon Simple Notification Service Agent",
      "x-amz-sns-message-type": notification.Type,
      "x-amz-sns-message-id": notification.MessageId,
      "x-amz-sns-topic-arn": notification.TopicArn,
      "x-amz-sns-subscription-arn": subscriptionArn,
    },
    body: JSON.stringify(notification),
  });
  const text = await answer.text();
  if (answer.ok) return undefined;
  return {
    reason: `${endpoint} answered ${answer.status}: ${text}`,
    permanent: answer.status < 500 && answer.status !== 429,
  };
}
