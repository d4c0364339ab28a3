import { createHash } from "node:crypto";
import type { KinesisClient } from "@aws-sdk/client-kinesis";
import { cut, type Batch } from "./batch";
import type { CatchUp } from "./catch-up";
import { pause } from "./pause";
import { createShardReader } from "./shard-reader";
import type { StreamRecord } from "./stream-event";

export interface FollowArgs {
  streamArn: string;
  shardId: string;
  batchSize: number;
  /** How long records are gathered for a fuller batch. */
  windowMilliseconds: number;
  /** How many batches of a shard may be delivered side by side. */
  parallelizationFactor: number;
  /** Runs a look at the stream; undefined when it failed, after a pause. */
  look: <T>(read: (kinesis: KinesisClient) => Promise<T>) => Promise<T | undefined>;
  deliver: (batch: Batch<StreamRecord>) => Promise<void>;
  catchUp: CatchUp;
  stopped: AbortSignal;
}

/** Between two looks at an empty shard; Lambda's poller looks once a second. */
const pollMilliseconds = 200;

/** A synchronous invocation takes 6 MB; base64 grows data by a third, and each record brings about 600 bytes of its own. */
const heaviestEvent = 6_000_000;
const weigh = ({ data, partitionKey }: StreamRecord): number =>
  Math.ceil(data.length / 3) * 4 + Buffer.byteLength(partitionKey) + 600;

/** Reads a shard and delivers its records in batches until it is stopped. */
export async function followShard(args: FollowArgs): Promise<void> {
  const { streamArn, shardId, batchSize, parallelizationFactor, stopped } = args;
  const limit = Math.min(batchSize * parallelizationFactor, 10_000);
  const read = createShardReader({ streamArn, shardId, limit });
  while (!stopped.aborted) {
    const lanes = byPartitionKey(await gather(args, read), parallelizationFactor);
    await Promise.all(
      lanes.map(async (records) => {
        const batches = cut(records, { longest: batchSize, heaviest: heaviestEvent, weigh });
        for (const batch of batches) await args.deliver(batch);
      }),
    );
  }
}

async function gather(
  { batchSize, windowMilliseconds, look, catchUp, stopped }: FollowArgs,
  read: ReturnType<typeof createShardReader>,
): Promise<StreamRecord[]> {
  const records: StreamRecord[] = [];
  let since = 0;
  while (!stopped.aborted) {
    const number = catchUp.begin();
    const found = await look(read);
    records.push(...(found?.records ?? []));
    if (found?.caughtUp && records.length === 0) catchUp.found(number);
    if (records.length > 0) since ||= Date.now();
    if (records.length >= batchSize) break;
    if (records.length > 0 && Date.now() - since >= windowMilliseconds) break;
    await pause(pollMilliseconds, stopped);
  }
  return records;
}

/** Records of one partition key keep their order in one lane; lanes run side by side. */
function byPartitionKey(records: readonly StreamRecord[], lanes: number): StreamRecord[][] {
  const lane = ({ partitionKey }: StreamRecord): number =>
    createHash("md5").update(partitionKey).digest().readUInt32BE(0) % lanes;
  return Array.from({ length: lanes }, (_, index) =>
    records.filter((record) => lane(record) === index),
  );
}
