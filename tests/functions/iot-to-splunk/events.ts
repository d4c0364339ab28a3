import type { FirehoseTransformationEvent } from "aws-lambda";
import { receivedAt } from "../../support/events";

/** An event as Firehose makes it of records; the first has the id `record-1`. */
export const firehoseEvent = (...data: (string | Uint8Array)[]): FirehoseTransformationEvent => ({
  invocationId: "00000000-0000-4000-8000-000000000000",
  deliveryStreamArn: "arn:aws:firehose:eu-central-1:123456789012:deliverystream/splunk",
  region: "eu-central-1",
  records: data.map((bytes, index) => ({
    recordId: `record-${index + 1}`,
    approximateArrivalTimestamp: receivedAt,
    data: Buffer.from(bytes as string).toString("base64"),
  })),
});

/** The text of a transformed record. */
export const textOf = (data: string | undefined): string =>
  Buffer.from(data ?? "", "base64").toString();
