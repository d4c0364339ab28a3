import {
  DescribeStreamCommand,
  GetRecordsCommand,
  GetShardIteratorCommand,
  KinesisClient,
  ListShardsCommand,
  type _Record,
} from "@aws-sdk/client-kinesis";
import { parseJson, type Json } from "../delivery/json";
import type { Shard, StreamRecord } from "../delivery/streams/stream-record";
import { createIterating, type StreamSource } from "../delivery/streams/stream-source";

/** @see https://docs.aws.amazon.com/lambda/latest/dg/with-kinesis.html; enhanced fan-out and resharding are left out. */
export const kinesisSource: StreamSource = {
  data: { name: "data", textual: false },
  batchInfo: "KinesisBatchInfo",
  async listShards(clients, { credentials }, streamArn) {
    const kinesis = clients.get(KinesisClient, credentials);
    // Lambda describes the stream, so the role needs that permission too.
    await kinesis.send(new DescribeStreamCommand({ StreamARN: streamArn }));
    const shards: string[] = [];
    let next: string | undefined;
    do {
      const answer = await kinesis.send(
        new ListShardsCommand(next ? { NextToken: next } : { StreamARN: streamArn }),
      );
      shards.push(...(answer.Shards ?? []).flatMap(({ ShardId }) => ShardId ?? []));
      next = answer.NextToken;
    } while (next);
    return shards;
  },
  createReader(clients, shard, start, limit) {
    const StreamARN = shard.streamArn;
    return createIterating(
      async ({ credentials }, after) => {
        const { ShardIterator } = await clients.get(KinesisClient, credentials).send(
          new GetShardIteratorCommand({
            StreamARN,
            ShardId: shard.shardId,
            ...(after
              ? { ShardIteratorType: "AFTER_SEQUENCE_NUMBER", StartingSequenceNumber: after }
              : {
                  ShardIteratorType: start.at,
                  ...(start.at === "AT_TIMESTAMP" && { Timestamp: start.timestamp }),
                }),
          }),
        );
        return ShardIterator;
      },
      async ({ credentials }, ShardIterator) => {
        const answer = await clients
          .get(KinesisClient, credentials)
          .send(new GetRecordsCommand({ StreamARN, ShardIterator, Limit: limit }));
        const records = (answer.Records ?? []).map((record) => recordOf(record, shard));
        const caughtUp = records.length === 0 && (answer.MillisBehindLatest ?? 0) === 0;
        return { records, caughtUp, next: answer.NextShardIterator };
      },
    );
  },
};

/** Field by field as Lambda writes it. */
function recordOf(record: _Record, shard: Shard): StreamRecord {
  const { SequenceNumber: sequenceNumber = "", PartitionKey: partitionKey = "" } = record;
  const data = Buffer.from(record.Data ?? []);
  const arrival = record.ApproximateArrivalTimestamp ?? new Date();
  const inner = {
    kinesisSchemaVersion: "1.0",
    partitionKey,
    sequenceNumber,
    data: data.toString("base64"),
    approximateArrivalTimestamp: arrival.getTime() / 1000,
  };
  const outer = {
    eventSource: "aws:kinesis",
    eventVersion: "1.0",
    eventID: `${shard.shardId}:${sequenceNumber}`,
    eventName: "aws:kinesis:record",
    invokeIdentityArn: shard.roleArn,
    awsRegion: shard.region,
    eventSourceARN: shard.streamArn,
  };
  return {
    sequenceNumber,
    partitionKey,
    arrival,
    // Base64 grows data by a third, and each record brings about 600 bytes of its own.
    weight: inner.data.length + Buffer.byteLength(partitionKey) + 600,
    forLambda: () => ({ kinesis: inner, ...outer }),
    forPipe: () => ({ ...inner, ...outer }),
    view: () => ({ ...inner, ...outer, data: decoded(data) }),
  };
}

/** What is no JSON stays base64. */
const decoded = (data: Buffer): Json => parseJson(data.toString()) ?? data.toString("base64");
