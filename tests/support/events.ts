import { createHash } from "node:crypto";
import type {
  FirehoseTransformationEvent,
  KinesisStreamEvent,
  KinesisStreamRecord,
  SNSEvent,
  SNSEventRecord,
  SQSEvent,
  SQSRecord,
} from "aws-lambda";
import type { Channel } from "../../reading/channel";
import type { Reading } from "../../reading/reading";

/** When AWS IoT took every message of these events: 2026-11-24T00:00:00Z. */
export const receivedAt = 1_795_478_400_000;

/** A valid reading of `pump-7`, taken as it was received. */
export const readingOf = (changes: Partial<Reading> = {}): Reading => ({
  deviceId: "pump-7",
  timestamp: receivedAt,
  temperature: 21.5,
  humidity: 40,
  pressure: 1013,
  status: "ok",
  ...changes,
});

/** What a rule's SELECT makes of a device's bytes, or of a value as JSON: the text that reaches a callback. */
export const envelopeOf = (
  payload: unknown,
  {
    deviceId = "pump-7",
    at = receivedAt,
    channel,
  }: { deviceId?: string; at?: number; channel?: Channel } = {},
): string => {
  const bytes = payload instanceof Uint8Array ? payload : JSON.stringify(payload);
  const encoded = Buffer.from(bytes as string).toString("base64");
  return JSON.stringify({
    deviceId,
    receivedAt: at,
    ...(channel && { channel }),
    payload: encoded,
  });
};

/** An event as Lambda's poller makes it of a queue's messages; the first has the id `message-1`. */
export const sqsEvent = (...bodies: string[]): SQSEvent => ({
  Records: bodies.map((body, index): SQSRecord => {
    const sent = String(receivedAt + index);
    return {
      messageId: `message-${index + 1}`,
      receiptHandle: `receipt-${index + 1}`,
      body,
      attributes: {
        ApproximateReceiveCount: "1",
        SentTimestamp: sent,
        SenderId: "AROAEXAMPLE:rule",
        ApproximateFirstReceiveTimestamp: sent,
      },
      messageAttributes: {},
      md5OfBody: createHash("md5").update(body).digest("hex"),
      eventSource: "aws:sqs",
      eventSourceARN: "arn:aws:sqs:eu-central-1:123456789012:queue",
      awsRegion: "eu-central-1",
    };
  }),
});

/** An event as Lambda's poller makes it of one shard's records; the first has the sequence number `…0001`. */
export const kinesisEvent = (...data: (string | Uint8Array)[]): KinesisStreamEvent => ({
  Records: data.map((bytes, index): KinesisStreamRecord => {
    const sequenceNumber = sequence(index + 1);
    return {
      kinesis: {
        kinesisSchemaVersion: "1.0",
        partitionKey: "pump-7",
        sequenceNumber,
        data: Buffer.from(bytes as string).toString("base64"),
        approximateArrivalTimestamp: receivedAt / 1000,
      },
      eventSource: "aws:kinesis",
      eventVersion: "1.0",
      eventID: `shardId-000000000000:${sequenceNumber}`,
      eventName: "aws:kinesis:record",
      invokeIdentityArn: "arn:aws:iam::123456789012:role/consumer",
      awsRegion: "eu-central-1",
      eventSourceARN: "arn:aws:kinesis:eu-central-1:123456789012:stream/telemetry",
    };
  }),
});

/** The sequence number of the nth record of `kinesisEvent`. */
export const sequence = (nth: number): string =>
  `4959033827149025660855969258042${String(nth).padStart(25, "0")}`;

/** An event as SNS makes it; SNS hands over one notification at a time, but the shape has a list. */
export const snsEvent = (...messages: string[]): SNSEvent => ({
  Records: messages.map((Message, index): SNSEventRecord => {
    const TopicArn = "arn:aws:sns:eu-central-1:123456789012:critical";
    return {
      EventVersion: "1.0",
      EventSubscriptionArn: `${TopicArn}:00000000-0000-4000-8000-000000000000`,
      EventSource: "aws:sns",
      Sns: {
        SignatureVersion: "2",
        Timestamp: new Date(receivedAt).toISOString(),
        Signature: "EXAMPLE",
        SigningCertUrl: "https://sns.eu-central-1.amazonaws.com/example.pem",
        MessageId: `notification-${index + 1}`,
        Message,
        MessageAttributes: {},
        Type: "Notification",
        UnsubscribeUrl: "https://sns.eu-central-1.amazonaws.com/?Action=Unsubscribe",
        TopicArn,
        // AWS sends null for a notification without one, which the type does not know.
        Subject: null as unknown as string,
      },
    };
  }),
});

/** An event as Firehose makes it of a delivery stream's records; the first has the id `record-1`. */
export const firehoseEvent = (...data: string[]): FirehoseTransformationEvent => ({
  invocationId: "00000000-0000-4000-8000-000000000000",
  deliveryStreamArn: "arn:aws:firehose:eu-central-1:123456789012:deliverystream/delivery",
  region: "eu-central-1",
  records: data.map((text, index) => ({
    recordId: `record-${index + 1}`,
    approximateArrivalTimestamp: receivedAt,
    data: Buffer.from(text).toString("base64"),
  })),
});
