import type { FirehoseTransformationEvent } from "aws-lambda";
import { envelopeOf, readingOf, receivedAt } from "../../support/events";

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

/**
 * A full buffer of the smallest readings, with record ids as long as Firehose's.
 * @see https://docs.aws.amazon.com/firehose/latest/dev/data-transformation.html
 */
export function fullBuffer(mebibytes: number): FirehoseTransformationEvent {
  const smallest = { ...readingOf({ deviceId: "d" }), temperature: 1, humidity: 1, pressure: 300 };
  const bodies: string[] = [];
  for (let bytes = 0; bytes < mebibytes * 1_048_576; bytes += bodies.at(-1)?.length ?? 0)
    bodies.push(
      envelopeOf({ ...smallest, timestamp: receivedAt - bodies.length }, { deviceId: "d" }),
    );
  const { records, ...event } = firehoseEvent(...bodies);
  const withIds = records.map((record, index) => ({
    ...record,
    recordId: `49546986683135544286507457936321${String(index).padStart(30, "0")}`,
  }));
  return { ...event, records: withIds };
}

/** The text of a transformed record. */
export const textOf = (data: string | undefined): string =>
  Buffer.from(data ?? "", "base64").toString();
