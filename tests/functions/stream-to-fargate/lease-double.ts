import { fromStart, type Lease, type Leases } from "../../../functions/stream-to-fargate/lease";

/** Leases in memory, with the conditions of the table. `isDown` makes every call fail. */
export interface LeaseDouble extends Leases {
  readonly all: Map<string, Lease>;
  isDown: boolean;
}

export function createLeaseDouble(): LeaseDouble {
  const all = new Map<string, Lease>();
  const reach = (): void => {
    if (double.isDown) throw new Error("The table is out of reach.");
  };
  const asOwner = async ({ shardId, owner, epoch }: Lease, changes: Partial<Lease>) => {
    reach();
    const known = all.get(shardId);
    if (!known || known.owner !== owner || known.epoch !== epoch) return false;
    all.set(shardId, { ...known, counter: known.counter + 1, ...changes });
    return true;
  };
  const double: LeaseDouble = {
    all,
    isDown: false,
    list: async () => {
      reach();
      return [...all.values()];
    },
    create: async (shardId, parents) => {
      reach();
      if (!all.has(shardId))
        all.set(shardId, { shardId, parents, epoch: 0, counter: 0, checkpoint: fromStart });
    },
    take: async (lease, owner) => {
      reach();
      const known = all.get(lease.shardId);
      if (!known || known.epoch !== lease.epoch || known.counter !== lease.counter)
        return undefined;
      const taken = { ...known, owner, epoch: known.epoch + 1, counter: known.counter + 1 };
      all.set(lease.shardId, taken);
      return taken;
    },
    renew: (lease) => asOwner(lease, {}),
    checkpoint: (lease, checkpoint) => asOwner(lease, { checkpoint }),
    release: (lease) => asOwner(lease, { owner: undefined }),
    remove: async (shardId) => {
      reach();
      all.delete(shardId);
    },
  };
  return double;
}
