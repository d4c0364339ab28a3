import { createHash } from "node:crypto";
import { pause } from "../pause";
import { cut, type Batch } from "./batch";
import type { CatchUp } from "./catch-up";
import type { Found, StreamRecord } from "./stream-record";
import type { Windows } from "./tumbling-window";

export interface FollowArgs {
  batchSize: number;
  /** How long records are gathered for a larger batch. */
  windowMilliseconds: number;
  /** The most batches of a shard that are delivered at a time. */
  parallelizationFactor: number;
  /** Reads the shard once; resolves with undefined, after a pause, if that failed. */
  look: () => Promise<Found | undefined>;
  /** A record that does not pass counts as processed. */
  passes: (record: StreamRecord) => boolean;
  deliver: (batch: Batch<StreamRecord>) => Promise<void>;
  /** Present when batches are aggregated. */
  windows: Windows | undefined;
  catchUp: CatchUp;
  stopped: AbortSignal;
}

/** Between two reads of an empty shard; Lambda reads once a second. */
const pollMilliseconds = 200;

/** A synchronous invocation takes 6 MB. */
const heaviestEvent = 6_000_000;

/** The most records of one read. */
export const mostPerLook = ({
  batchSize,
  parallelizationFactor,
}: Pick<FollowArgs, "batchSize" | "parallelizationFactor">): number =>
  Math.min(batchSize * parallelizationFactor, 10_000);

/** Reads a shard and delivers its records in batches until it is stopped. */
export async function followShard(args: FollowArgs): Promise<void> {
  const { batchSize, parallelizationFactor, windows, stopped } = args;
  const deliverAll = async (records: StreamRecord[]): Promise<void> => {
    const batches = cut(records, {
      longest: batchSize,
      heaviest: heaviestEvent,
      weigh: ({ weight }) => weight,
    });
    for (const batch of batches) await args.deliver(batch);
  };
  while (!stopped.aborted) {
    const records = (await gather(args)).filter(args.passes);
    if (windows) await windows.deliver(records, deliverAll);
    else await Promise.all(byPartitionKey(records, parallelizationFactor).map(deliverAll));
  }
}

/** Returns at least one record, or none if the open window is over. */
async function gather(args: FollowArgs): Promise<StreamRecord[]> {
  const { batchSize, windowMilliseconds, look, windows, catchUp, stopped } = args;
  const records: StreamRecord[] = [];
  let since = 0;
  while (!stopped.aborted) {
    const number = catchUp.begin();
    const found = await look();
    records.push(...(found?.records ?? []));
    const nothing = found?.caughtUp === true && records.length === 0;
    if (nothing && windows?.isOpen()) {
      if (windows.isOver()) return [];
    } else if (nothing) {
      catchUp.found(number);
    }
    if (records.length > 0) since ||= Date.now();
    if (records.length >= batchSize) break;
    if (records.length > 0 && Date.now() - since >= windowMilliseconds) break;
    await pause(pollMilliseconds, stopped);
  }
  return records;
}

/** Distributes records over lanes by partition key; records of one key keep their order, and lanes run in parallel. */
function byPartitionKey(records: readonly StreamRecord[], lanes: number): StreamRecord[][] {
  const lane = ({ partitionKey }: StreamRecord): number =>
    createHash("md5").update(partitionKey).digest().readUInt32BE(0) % lanes;
  return Array.from({ length: lanes }, (_, index) =>
    records.filter((record) => lane(record) === index),
  );
}
