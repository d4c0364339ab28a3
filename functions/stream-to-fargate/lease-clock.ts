import type { Clock } from "./clock";
import type { Lease } from "./lease";

/** Tells by this process's own clock whether the owner of a lease is alive. */
export interface LeaseClock {
  /** Notes which leases have changed since the last time. */
  observe(leases: readonly Lease[]): void;
  /** Whether a lease has no owner, or one that has not renewed it for the time of a lease. */
  isExpired(lease: Lease): boolean;
}

/**
 * A lease expires when its counter has stood still for `leaseMilliseconds`, measured by the observer. No time of another machine is
 * read, so clocks that differ do not matter; a task that has just started waits for one whole lease before it takes one over.
 */
export function createLeaseClock(clock: Clock, leaseMilliseconds: number): LeaseClock {
  let seen = new Map<string, { mark: string; at: number }>();
  return {
    observe(leases) {
      const now = clock.now();
      const before = seen;
      seen = new Map(
        leases.map(({ shardId, epoch, counter }) => {
          const mark = `${epoch}.${counter}`;
          const known = before.get(shardId);
          return [shardId, known?.mark === mark ? known : { mark, at: now }];
        }),
      );
    },
    isExpired({ shardId, owner }) {
      if (owner === undefined) return true;
      const known = seen.get(shardId);
      return known !== undefined && clock.now() - known.at >= leaseMilliseconds;
    },
  };
}
