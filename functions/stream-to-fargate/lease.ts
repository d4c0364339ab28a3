/** The checkpoint of a shard of which nothing has been processed. */
export const fromStart = "TRIM_HORIZON";
/** The checkpoint of a shard that was split or merged and of which everything has been processed. */
export const ended = "SHARD_END";

/** Which task reads a shard, and how far it has processed it. */
export interface Lease {
  shardId: string;
  /** The task that reads the shard; undefined after it has released it. */
  owner?: string;
  /** Grows each time that a task takes the lease. A former holding of the same task has another one. */
  epoch: number;
  /** Grows while the owner is alive. */
  counter: number;
  /** {@link fromStart}, the sequence number of the last record that was processed, or {@link ended}. */
  checkpoint: string;
  /** The shards that this one was split or merged from, which come first. */
  parents: readonly string[];
}

/** Where leases are kept. Every write of an owner is refused once another task has taken the lease. */
export interface Leases {
  list(): Promise<Lease[]>;
  /** Does nothing if the shard has a lease. */
  create(shardId: string, parents: readonly string[]): Promise<void>;
  /** Takes a lease that has not been written to since it was listed; returns undefined if it was. */
  take(lease: Lease, owner: string): Promise<Lease | undefined>;
  /** Returns whether the lease is still this owner's, as the two below. */
  renew(lease: Lease): Promise<boolean>;
  checkpoint(lease: Lease, at: string): Promise<boolean>;
  release(lease: Lease): Promise<boolean>;
  remove(shardId: string): Promise<void>;
}

/** Whether a shard may be read: it has not ended, and the shards that it was made from have. */
export function isReadable(lease: Lease, leases: ReadonlyMap<string, Lease>): boolean {
  if (lease.checkpoint === ended) return false;
  // A parent without a lease has left the stream.
  return lease.parents.every((parent) => (leases.get(parent)?.checkpoint ?? ended) === ended);
}
