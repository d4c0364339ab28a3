import { PublishCommand, type SNSClient } from "@aws-sdk/client-sns";
import type { Alert } from "./alert";
import type { Reading } from "./reading";

/** Publishes an alert about a reading and returns the id that SNS gave the message. */
type PublishAlert = (alert: Alert, reading: Reading) => Promise<string>;

/** Publishes alerts to a topic, with the attributes by which subscriptions filter: `deviceId`, `timestamp` and `status`. */
export const alertPublisher =
  (sns: SNSClient, TopicArn: string): PublishAlert =>
  async ({ subject, message }, { deviceId, timestamp, status }) => {
    const { MessageId = "" } = await sns.send(
      new PublishCommand({
        TopicArn,
        Subject: subject,
        Message: message,
        MessageStructure: "json",
        MessageAttributes: {
          deviceId: { DataType: "String", StringValue: deviceId },
          timestamp: { DataType: "Number", StringValue: String(timestamp) },
          status: { DataType: "String", StringValue: status },
        },
      }),
    );
    return MessageId;
  };
