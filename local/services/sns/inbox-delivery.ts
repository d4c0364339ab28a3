import type { Notification } from "./published-text";

/** Why an endpoint refused a notification, and whether SNS retries it. */
export interface Refusal {
  reason: string;
  permanent: boolean;
}

/**
 * Posts a notification to the inbox double as SNS posts to webhooks. Resolves with undefined if it was accepted. SNS retries after 5xx
 * and 429 only.
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
