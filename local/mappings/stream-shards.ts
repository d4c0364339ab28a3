import {
  DescribeStreamCommand,
  ListShardsCommand,
  type KinesisClient,
  type Shard,
} from "@aws-sdk/client-kinesis";

/** All shards of a stream; also describes it, as Lambda does, so that a role without that permission is noticed. */
export async function listShards(kinesis: KinesisClient, streamArn: string): Promise<Shard[]> {
  await kinesis.send(new DescribeStreamCommand({ StreamARN: streamArn }));
  const shards: Shard[] = [];
  let next: string | undefined;
  do {
    const answer = await kinesis.send(
      new ListShardsCommand(next ? { NextToken: next } : { StreamARN: streamArn }),
    );
    shards.push(...(answer.Shards ?? []));
    next = answer.NextToken;
  } while (next);
  return shards;
}

/** The shards that may be read now: the children of a split or merge wait until their parents are read to the end. */
export function readable(shards: readonly Shard[], finished: ReadonlySet<string>): string[] {
  const listed = new Set(shards.map(({ ShardId }) => ShardId));
  const holdsBack = (parent: string | undefined): boolean =>
    parent !== undefined && listed.has(parent) && !finished.has(parent);
  return shards
    .filter(({ ParentShardId, AdjacentParentShardId: other }) => !holdsBack(ParentShardId) && !holdsBack(other))
    .flatMap(({ ShardId }) => (ShardId ? [ShardId] : []));
}
