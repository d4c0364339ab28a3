import { describeError, log } from "../shared/log";
import { leasesToTake } from "./balance";
import type { Clock } from "./clock";
import { isReadable, type Lease, type Leases } from "./lease";
import { createLeaseClock } from "./lease-clock";
import { startShardReader, type Process, type Progress, type ShardReader } from "./shard-reader";
import { syncShards } from "./shards";
import type { Stream } from "./stream";

export interface WorkerArgs {
  /** Identifies this run of the task; another run has another one. */
  task: string;
  stream: Stream;
  leases: Leases;
  process: Process;
  clock: Clock;
  /** After this time without a renewal, another task takes a lease over. */
  leaseMilliseconds: number;
  pollMilliseconds: number;
}

export interface Worker {
  /** Of the shards that this task reads. */
  progress(): ReadonlyMap<string, Progress>;
  /** Shards that can be read and that no task reads, with the time since which this task sees that, by the clock. */
  unread(): ReadonlyMap<string, number>;
  /** When leases were last renewed, by the clock. */
  readonly renewed: number;
  /** Ends reading after the batches in progress, releases the leases and resolves; leaves a batch unsaved that takes 45 seconds. */
  stop(): Promise<void>;
}

/** As often as this, the worker looks for shards that a split or merge has made; it also looks when a shard ends. */
const syncMilliseconds = 60_000;

/** The time for batches in progress when the task stops. Less than the `stopTimeout` of the container, 60 seconds. */
export const drainMilliseconds = 45_000;

interface Holding {
  lease: Lease;
  reader: ShardReader;
  renewed: number;
  stop(): void;
}

/** Reads shards of a stream, its share of them while other tasks run, from their checkpoints on. */
export function startWorker(args: WorkerArgs): Worker {
  const { task, stream, leases, process, clock, leaseMilliseconds, pollMilliseconds } = args;
  const leaseClock = createLeaseClock(clock, leaseMilliseconds);
  const held = new Map<string, Holding>();
  const stopping = new AbortController();
  let unread: ReadonlyMap<string, number> = new Map();
  let wake = new AbortController();
  let synced = -Infinity;
  let renewed = clock.now();

  /** Takes leases in three steps: keeps its own, looks for new shards, and takes its share. A task that stops only keeps its own. */
  async function round(): Promise<void> {
    await Promise.all([...held.values()].map(renew));
    if (stopping.signal.aborted) return;
    if (clock.now() - synced >= syncMilliseconds) await sync();
    const known = await leases.list();
    leaseClock.observe(known);
    renewed = clock.now();
    for (const lease of leasesToTake({ leases: known, task, isExpired: leaseClock.isExpired })) {
      if (stopping.signal.aborted) return;
      const taken = held.has(lease.shardId) ? undefined : await leases.take(lease, task);
      if (taken) hold(taken);
    }
    noteUnread(known);
  }

  async function sync(): Promise<void> {
    // Before the request: a shard that ends meanwhile asks for another look.
    synced = clock.now();
    try {
      await syncShards(stream, leases, await leases.list());
    } catch (error) {
      synced = -Infinity;
      throw error;
    }
  }

  function noteUnread(known: readonly Lease[]): void {
    const byId = new Map(known.map((lease) => [lease.shardId, lease]));
    const isRead = (lease: Lease): boolean =>
      held.has(lease.shardId) || (lease.owner !== task && !leaseClock.isExpired(lease));
    unread = new Map(
      known
        .filter((lease) => isReadable(lease, byId) && !isRead(lease))
        .map(({ shardId }) => [shardId, unread.get(shardId) ?? clock.now()]),
    );
  }

  async function renew(holding: Holding): Promise<void> {
    // Before the request: a slow response must not make the lease look younger than it is.
    const asked = clock.now();
    if (await leases.renew(holding.lease)) holding.renewed = asked;
    else holding.stop();
  }

  function hold(lease: Lease): void {
    const { shardId, checkpoint } = lease;
    const stop = new AbortController();
    const reader = startShardReader({
      ...{ shardId, checkpoint, stream, process, clock, pollMilliseconds, signal: stop.signal },
      save: (at) => leases.checkpoint(lease, at),
    });
    const holding = { lease, reader, renewed: clock.now(), stop: () => stop.abort() };
    held.set(shardId, holding);
    log("info", "shard taken", { shardId, checkpoint, task });
    const end = async (): Promise<void> => {
      try {
        const reason = await reader.end;
        log("info", "shard left", { shardId, reason, task });
        if (reason !== "lost") await leases.release(lease);
        // The shards that follow it.
        if (reason === "ended") {
          synced = -Infinity;
          wake.abort();
        }
      } catch (error) {
        // A lease that could not be released expires; then any task takes it, this one too, and reads the shard from its checkpoint.
        log("error", "shard left", { shardId, error: describeError(error), task });
        await leases.release(lease).catch(() => false);
      } finally {
        held.delete(shardId);
        if (stopping.signal.aborted) wake.abort();
      }
    };
    void end();
  }

  async function run(): Promise<void> {
    while (!stopping.signal.aborted || held.size > 0) {
      try {
        await round();
      } catch (error) {
        log("warn", "leases not renewed", { error: describeError(error), task });
      }
      // Another task may have taken what could not be renewed.
      for (const holding of held.values())
        if (stopping.signal.aborted || clock.now() - holding.renewed >= leaseMilliseconds)
          holding.stop();
      if (stopping.signal.aborted && held.size === 0) return;
      await clock.wait(leaseMilliseconds / 4, wake.signal);
      if (wake.signal.aborted) wake = new AbortController();
    }
  }
  const running = run();

  return {
    progress: () => new Map([...held].map(([shardId, { reader }]) => [shardId, reader.progress])),
    unread: () => unread,
    get renewed() {
      return renewed;
    },
    async stop() {
      stopping.abort();
      wake.abort();
      for (const holding of held.values()) holding.stop();
      const drained = new AbortController();
      const limit = clock.wait(drainMilliseconds, drained.signal);
      await Promise.race([running, limit]);
      drained.abort();
      if (held.size > 0) log("warn", "batches left unsaved", { shards: [...held.keys()], task });
    },
  };
}
