import type { Clock } from "../../../functions/stream-to-fargate/clock";
import { fromStart } from "../../../functions/stream-to-fargate/lease";
import type { Page, Stream } from "../../../functions/stream-to-fargate/stream";

interface ShardOfDouble {
  parents: string[];
  records: { sequenceNumber: string; data: Uint8Array }[];
  isClosed: boolean;
}

/** A double of a Kinesis stream whose shards can be split and merged, and which refuses a sixth read of a shard within a second. */
export interface StreamDouble extends Stream {
  /** Puts a text onto an open shard; returns its sequence number. */
  put(shardId: string, text: string): string;
  split(shardId: string): [string, string];
  merge(one: string, other: string): string;
  /** Forgets a shard, as the stream does when its last record expires. */
  expire(shardId: string): void;
  /** The next reads of any shard fail with these errors, by name. */
  failures: string[];
  /** The times of reads, by shard. */
  readonly reads: ReadonlyMap<string, number[]>;
}

export function createStreamDouble(clock: Clock, shards: number, pageSize = 3): StreamDouble {
  const all = new Map<string, ShardOfDouble>();
  const reads = new Map<string, number[]>();
  const failures: string[] = [];
  let [made, sequence] = [0, 0];
  const add = (...parents: string[]): string => {
    const shardId = `shardId-${String(made++).padStart(12, "0")}`;
    all.set(shardId, { parents, records: [], isClosed: false });
    return shardId;
  };
  const existing = (shardId: string): ShardOfDouble => {
    const shard = all.get(shardId);
    if (!shard) throw named("ResourceNotFoundException");
    return shard;
  };
  const close = (shardId: string): void => {
    if (existing(shardId).isClosed) throw new Error(`${shardId} is closed.`);
    existing(shardId).isClosed = true;
  };
  for (let count = 0; count < shards; count++) add();

  return {
    failures,
    reads,
    put(shardId, text) {
      if (existing(shardId).isClosed) throw new Error(`${shardId} is closed.`);
      const sequenceNumber = String(++sequence).padStart(20, "0");
      existing(shardId).records.push({ sequenceNumber, data: Buffer.from(text) });
      return sequenceNumber;
    },
    split(shardId) {
      close(shardId);
      return [add(shardId), add(shardId)];
    },
    merge(one, other) {
      close(one);
      close(other);
      return add(one, other);
    },
    expire: (shardId) => void all.delete(shardId),
    shards: async () =>
      [...all].map(([shardId, { parents }]) => ({
        shardId,
        parents: parents.filter((parent) => all.has(parent)),
      })),
    open: async (shardId, checkpoint) => {
      const { records } = existing(shardId);
      const after = records.findIndex(({ sequenceNumber }) => sequenceNumber === checkpoint);
      if (checkpoint !== fromStart && after < 0) throw named("InvalidArgumentException");
      return `${shardId} ${after + 1}`;
    },
    async read(iterator): Promise<Page> {
      const failure = failures.shift();
      if (failure) throw named(failure);
      const [shardId = "", from = ""] = iterator.split(" ");
      const { records, isClosed } = existing(shardId);
      const times = reads.get(shardId) ?? [];
      if (times.filter((time) => clock.now() - time < 1000).length >= 5)
        throw named("ProvisionedThroughputExceededException");
      reads.set(shardId, [...times, clock.now()]);
      const page = records.slice(Number(from), Number(from) + pageSize);
      const next = Number(from) + page.length;
      const isOver = isClosed && next === records.length;
      return {
        records: page,
        ...(!isOver && { next: `${shardId} ${next}` }),
        behindMilliseconds: (records.length - next) * 1000,
      };
    },
  };
}

const named = (name: string): Error => Object.assign(new Error(name), { name });
