import { createHash } from "node:crypto";
import { pause } from "../pause";
import { cut, type Batch } from "./batch";
import type { CatchUp } from "./catch-up";
import type { Found, StreamRecord } from "./stream-record";
import type { Windows } from "./tumbling-window";

export interface FollowArgs {
  batchSize: number;
  /** How long records are gathered for a fuller batch. */
  windowMilliseconds: number;
  /** How many batches of a shard may be delivered side by side. */
  parallelizationFactor: number;
  /** A look at the shard; undefined when it failed, after a pause. */
  look: () => Promise<Found | undefined>;
  /** What does not pass is done without anybody seeing it. */
  passes: (record: StreamRecord) => boolean;
  deliver: (batch: Batch<StreamRecord>) => Promise<void>;
  /** Present when batches are aggregated. */
  windows: Windows | undefined;
  catchUp: CatchUp;
  stopped: AbortSignal;
}

/** Between two looks at an empty shard; Lambda's poller looks once a second. */
const pollMilliseconds = 200;

/** A synchronous invocation takes 6 MB. */
const heaviestEvent = 6_000_000;

/** How many records are read in one look. */
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

/** Returns at least one record, or none while a window is open that time may close. */
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

/** Records of one partition key keep their order in one lane; lanes run side by side. */
function byPartitionKey(records: readonly StreamRecord[], lanes: number): StreamRecord[][] {
  const lane = ({ partitionKey }: StreamRecord): number =>
    createHash("md5").update(partitionKey).digest().readUInt32BE(0) % lanes;
  return Array.from({ length: lanes }, (_, index) =>
    records.filter((record) => lane(record) === index),
  );
}
