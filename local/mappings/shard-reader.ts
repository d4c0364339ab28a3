import {
  GetRecordsCommand,
  GetShardIteratorCommand,
  type KinesisClient,
} from "@aws-sdk/client-kinesis";
import type { StreamRecord } from "./stream-event";

/** What one look at a shard brought. */
export interface Found {
  records: StreamRecord[];
  /** Nothing more was there at that moment. */
  caughtUp: boolean;
}

/**
 * Reads one shard from its oldest record on.
 * After an error it asks for a new iterator behind the last record it returned: iterators expire after 5 minutes.
 */
export function createShardReader(place: { streamArn: string; shardId: string; limit: number }) {
  let iterator: string | undefined;
  let last: string | undefined;
  const begin = async (kinesis: KinesisClient): Promise<string | undefined> => {
    const answer = await kinesis.send(
      new GetShardIteratorCommand({
        StreamARN: place.streamArn,
        ShardId: place.shardId,
        ...(last
          ? { ShardIteratorType: "AFTER_SEQUENCE_NUMBER", StartingSequenceNumber: last }
          : { ShardIteratorType: "TRIM_HORIZON" }),
      }),
    );
    return answer.ShardIterator;
  };
  return async (kinesis: KinesisClient): Promise<Found> => {
    const from = iterator ?? (await begin(kinesis));
    iterator = undefined;
    const answer = await kinesis.send(
      new GetRecordsCommand({
        StreamARN: place.streamArn,
        ShardIterator: from,
        Limit: place.limit,
      }),
    );
    iterator = answer.NextShardIterator;
    const records = (answer.Records ?? []).map((record) => ({
      sequenceNumber: record.SequenceNumber ?? "",
      partitionKey: record.PartitionKey ?? "",
      data: record.Data ?? new Uint8Array(),
      arrival: record.ApproximateArrivalTimestamp ?? new Date(),
    }));
    last = records.at(-1)?.sequenceNumber ?? last;
    const caughtUp = records.length === 0 && (answer.MillisBehindLatest ?? 0) === 0;
    return { records, caughtUp };
  };
}
