import type { KinesisStreamEvent } from "aws-lambda";

/** A record as it was read from a shard. */
export interface StreamRecord {
  sequenceNumber: string;
  partitionKey: string;
  data: Uint8Array;
  arrival: Date;
}

/** Where records come from and on whose behalf they are read. */
export interface StreamSource {
  streamArn: string;
  shardId: string;
  region: string;
  roleArn: string;
}

/** The event that a function receives for these records, field by field as Lambda writes it. */
export const streamEvent = (
  records: readonly StreamRecord[],
  { streamArn, shardId, region, roleArn }: StreamSource,
): KinesisStreamEvent => ({
  Records: records.map(({ sequenceNumber, partitionKey, data, arrival }) => ({
    kinesis: {
      kinesisSchemaVersion: "1.0",
      partitionKey,
      sequenceNumber,
      data: Buffer.from(data).toString("base64"),
      approximateArrivalTimestamp: arrival.getTime() / 1000,
    },
    eventSource: "aws:kinesis",
    eventVersion: "1.0",
    eventID: `${shardId}:${sequenceNumber}`,
    eventName: "aws:kinesis:record",
    invokeIdentityArn: roleArn,
    awsRegion: region,
    eventSourceARN: streamArn,
  })),
});
