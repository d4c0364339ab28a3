import type { SNSEvent } from "aws-lambda";
import type { Notification } from "./published-text";

/** Returns the event for a function that is subscribed to a topic; absent fields are null or empty, unlike in a queue. */
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
        // SNS writes null for a missing subject, which the published type of the event omits.
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
