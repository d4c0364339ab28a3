import { PublishCommand, type SNSClient } from "@aws-sdk/client-sns";
import type { Definition } from "../../reading/definition";
import { definition } from "../../reading/fields";
import type { Reading } from "../../reading/reading";
import type { Alert } from "./alert";

/** Publishes an alert about a reading, or about an image of a device; returns the id that SNS gave the message. */
export type PublishAlert = (
  alert: Alert,
  reading: Pick<Reading, "deviceId" | "timestamp">,
) => Promise<string>;

/** Publishes to a topic, with the device, the time and the severity as attributes, by which subscribers can filter. */
export const alertsTopic =
  (client: SNSClient, topicArn: string, { severity }: Definition = definition): PublishAlert =>
  async ({ subject, message }, reading) => {
    const level =
      severity &&
      (reading as Record<string, string | boolean | number | undefined>)[severity.field];
    const { MessageId = "" } = await client.send(
      new PublishCommand({
        TopicArn: topicArn,
        Subject: subject,
        Message: message,
        MessageStructure: "json",
        MessageAttributes: {
          deviceId: { DataType: "String", StringValue: reading.deviceId },
          timestamp: { DataType: "Number", StringValue: String(reading.timestamp) },
          ...(severity &&
            level !== undefined && {
              [severity.field]: { DataType: "String", StringValue: String(level) },
            }),
        },
      }),
    );
    return MessageId;
  };
