import {
  DescribeStreamCommand,
  ListShardsCommand,
  type KinesisClient,
} from "@aws-sdk/client-kinesis";

/**
 * The ids of a stream's shards, taken once: the emulator drops a shard that is split or merged, with all its records.
 * Also describes the stream, as Lambda does, so that a role without that permission is noticed.
 */
export async function listShards(kinesis: KinesisClient, streamArn: string): Promise<string[]> {
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
}
