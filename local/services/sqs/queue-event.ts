import type { Message, MessageAttributeValue } from "@aws-sdk/client-sqs";
import type { SQSMessageAttribute, SQSMessageAttributes, SQSRecord } from "aws-lambda";
import { parseJson, type Json } from "../delivery/json";

/** A message in the form in which Lambda and Pipes pass it on. */
export const queueRecord = (message: Message, queueArn: string): SQSRecord => ({
  messageId: message.MessageId ?? "",
  receiptHandle: message.ReceiptHandle ?? "",
  body: message.Body ?? "",
  attributes: (message.Attributes ?? {}) as unknown as SQSRecord["attributes"],
  messageAttributes: attributesOf(message.MessageAttributes ?? {}),
  md5OfBody: message.MD5OfBody ?? "",
  ...(message.MD5OfMessageAttributes && {
    md5OfMessageAttributes: message.MD5OfMessageAttributes,
  }),
  eventSource: "aws:sqs",
  eventSourceARN: queueArn,
  awsRegion: queueArn.split(":")[3] ?? "",
});

/** The record as filters and templates read it: a body that is a JSON object or array is read as JSON. */
export function recordView(record: SQSRecord): Record<string, Json> {
  const raw = record as unknown as Record<string, Json>;
  const body = parseJson(record.body);
  return typeof body === "object" && body !== null ? { ...raw, body } : raw;
}

const attributesOf = (attributes: Record<string, MessageAttributeValue>): SQSMessageAttributes =>
  Object.fromEntries(
    Object.entries(attributes).map(([name, { StringValue, BinaryValue, DataType }]) => {
      const attribute: SQSMessageAttribute = {
        ...(StringValue !== undefined && { stringValue: StringValue }),
        ...(BinaryValue && { binaryValue: Buffer.from(BinaryValue).toString("base64") }),
        stringListValues: [] as never[],
        binaryListValues: [] as never[],
        dataType: DataType as SQSMessageAttribute["dataType"],
      };
      return [name, attribute];
    }),
  );
