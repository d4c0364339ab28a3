import { isReadable, type Lease } from "./lease";
import type { LeaseClock } from "./lease-clock";

export interface BalanceArgs {
  leases: readonly Lease[];
  /** The task that asks. */
  task: string;
  isExpired: LeaseClock["isExpired"];
  /** Picks among equals, so that tasks that ask at once do not all try the same lease. @default at random */
  pick?: (choices: number) => number;
}

/**
 * Returns the leases that a task should take now: free ones up to its share; without a free one, a single lease of the task that has
 * the most, if it has at least two more. So tasks share the shards evenly, and no lease moves back and forth.
 */
export function leasesToTake({ leases, task, isExpired, pick = atRandom }: BalanceArgs): Lease[] {
  const byId = new Map(leases.map((lease) => [lease.shardId, lease]));
  const readable = leases.filter((lease) => isReadable(lease, byId));
  const held = new Map<string, Lease[]>([[task, []]]);
  const free: Lease[] = [];
  for (const lease of readable)
    // Also one of its own that it does not renew: it could not be released, or the answer to its taking was lost.
    if (isExpired(lease)) free.push(lease);
    else if (lease.owner !== undefined)
      held.set(lease.owner, [...(held.get(lease.owner) ?? []), lease]);

  const own = held.get(task)?.length ?? 0;
  const share = Math.ceil(readable.length / held.size);
  if (free.length > 0) return pickSome(free, Math.max(0, share - own), pick);
  const richest = [...held.values()].reduce((a, b) => (b.length > a.length ? b : a));
  return richest.length - own >= 2 ? pickSome(richest, 1, pick) : [];
}

function pickSome(leases: readonly Lease[], count: number, pick: (n: number) => number): Lease[] {
  const left = [...leases];
  return Array.from({ length: Math.min(count, left.length) }, () =>
    left.splice(pick(left.length), 1),
  ).flat();
}

const atRandom = (choices: number): number => Math.floor(Math.random() * choices);
