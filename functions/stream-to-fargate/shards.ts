import { log } from "../shared/log";
import { ended, type Lease, type Leases } from "./lease";
import type { Stream } from "./stream";

/**
 * Creates a lease for each shard that has none, parents before children, and removes the leases of shards that the stream no longer has:
 * a split or merged shard leaves it when its last record expires.
 */
export async function syncShards(
  stream: Stream,
  leases: Leases,
  known: readonly Lease[],
): Promise<void> {
  const shards = await stream.shards();
  const [listed, leased] = [
    new Set(shards.map(({ shardId }) => shardId)),
    new Set(known.map(({ shardId }) => shardId)),
  ];
  const unleased = shards.filter(({ shardId }) => !leased.has(shardId));
  // Ids grow, so a parent comes before its children, also for a task that lists leases at this moment.
  unleased.sort((a, b) => (a.shardId < b.shardId ? -1 : 1));
  for (const { shardId, parents } of unleased) await leases.create(shardId, parents);
  // A stream has at least one shard: an empty list is no reason to forget all checkpoints.
  if (shards.length === 0) return;
  for (const { shardId, checkpoint } of known) {
    if (listed.has(shardId)) continue;
    if (checkpoint !== ended)
      log("error", "a shard has expired before it was processed to its end", { shardId });
    await leases.remove(shardId);
  }
}
