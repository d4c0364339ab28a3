import {
  GetRecordsCommand,
  GetShardIteratorCommand,
  ListShardsCommand,
  type KinesisClient,
  type Shard as ListedShard,
} from "@aws-sdk/client-kinesis";
import { fromStart } from "./lease";
import type { Shard, Stream } from "./stream";

/** Of at most 10,000: bounds the memory for a read, and what is repeated after a crash. */
const mostRecords = 5000;

/**
 * Requests give the ARN of the stream, so the client calls hosts of its account, such as `<account>.data-kinesis.<region>.amazonaws.com`.
 * @see https://docs.aws.amazon.com/streams/latest/dev/developing-consumers-with-sdk.html
 * @see https://docs.aws.amazon.com/general/latest/gr/ak.html
 */
export function kinesisStream(kinesis: KinesisClient, StreamARN: string): Stream {
  return {
    async shards() {
      const shards: ListedShard[] = [];
      let NextToken: string | undefined;
      do {
        const page = await kinesis.send(
          new ListShardsCommand(NextToken ? { NextToken, StreamARN } : { StreamARN }),
        );
        shards.push(...(page.Shards ?? []));
        NextToken = page.NextToken;
      } while (NextToken);
      return shards.map((shard) => shardOf(shard, shards));
    },
    async open(shardId, checkpoint) {
      const { ShardIterator } = await kinesis.send(
        new GetShardIteratorCommand({
          StreamARN,
          ShardId: shardId,
          ...(checkpoint === fromStart
            ? { ShardIteratorType: "TRIM_HORIZON" }
            : {
                ShardIteratorType: "AFTER_SEQUENCE_NUMBER",
                StartingSequenceNumber: checkpoint,
              }),
        }),
      );
      if (!ShardIterator) throw new Error(`Kinesis gave no iterator for ${shardId}.`);
      return ShardIterator;
    },
    async read(ShardIterator) {
      const { Records, NextShardIterator, MillisBehindLatest } = await kinesis.send(
        new GetRecordsCommand({ ShardIterator, StreamARN, Limit: mostRecords }),
      );
      return {
        records: (Records ?? []).map(({ SequenceNumber = "", Data }) => ({
          sequenceNumber: SequenceNumber,
          data: Data ?? new Uint8Array(),
        })),
        ...(NextShardIterator && { next: NextShardIterator }),
        behindMilliseconds: MillisBehindLatest ?? 0,
      };
    },
  };
}

function shardOf(
  { ShardId = "", ParentShardId, AdjacentParentShardId }: ListedShard,
  listed: readonly ListedShard[],
): Shard {
  const parents = [ParentShardId, AdjacentParentShardId].filter(
    (parent) => parent !== undefined && listed.some((one) => one.ShardId === parent),
  );
  return { shardId: ShardId, parents: parents as string[] };
}
