import type { SNSEvent } from "aws-lambda";
import type { Notification } from "./published-text";

/** The event that a function subscribed to a topic receives; absent fields are null or empty here, unlike in a queue. */
export const snsEvent = (subscriptionArn: string, notification: Notification): SNSEvent => ({
  Records: [
    {
      EventSource: "aws:sns",
      EventVersion: "1.0",
      EventSubscriptionArn: subscriptionArn,
      Sns: {
        Type: notification.Type,
        MessageId: notification.MessageId,
        TopicArn: notification.TopicArn,
        // SNS writes null for a missing subject, though the published type of the event does not say so.
        Subject: (notification.Subject ?? null) as string,
        Message: notification.Message,
        Timestamp: notification.Timestamp,
        SignatureVersion: notification.SignatureVersion,
        Signature: notification.Signature,
        SigningCertUrl: notification.SigningCertURL,
        UnsubscribeUrl: notification.UnsubscribeURL,
        MessageAttributes: notification.MessageAttributes ?? {},
      },
    },
  ],
});
