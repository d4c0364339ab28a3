import { describeError, log } from "../shared/log";
import { leasesToTake } from "./balance";
import type { Clock } from "./clock";
import type { Lease, Leases } from "./lease";
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
  /** When leases were last renewed, by the clock. */
  readonly renewed: number;
  /** Ends reading after the batches in progress, releases the leases and resolves. */
  stop(): Promise<void>;
}

/** As often as this, the worker looks for shards that a split or merge has made; it also looks when a shard ends. */
const syncMilliseconds = 60_000;

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
  const ends = new Map<string, Promise<void>>();
  const stopping = new AbortController();
  let wake = new AbortController();
  let synced = -Infinity;
  let renewed = clock.now();

  /** Takes leases in three steps: keeps its own, looks for new shards, and takes its share. */
  async function round(): Promise<void> {
    await Promise.all([...held.values()].map(renew));
    let known = await leases.list();
    if (clock.now() - synced >= syncMilliseconds) {
      await syncShards(stream, leases, known);
      synced = clock.now();
      known = await leases.list();
    }
    leaseClock.observe(known);
    renewed = clock.now();
    const wanted = leasesToTake({ leases: known, task, isExpired: leaseClock.isExpired });
    for (const lease of wanted) {
      if (stopping.signal.aborted) return;
      const taken = held.has(lease.shardId) ? undefined : await leases.take(lease, task);
      if (taken) hold(taken);
    }
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
        // Its lease expires if it could not be released, and the shard is read again from its checkpoint.
        log("error", "shard left", { shardId, error: describeError(error), task });
        await leases.release(lease).catch(() => false);
      } finally {
        held.delete(shardId);
        ends.delete(shardId);
      }
    };
    ends.set(shardId, end());
  }

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      try {
        await round();
      } catch (error) {
        log("warn", "leases not renewed", { error: describeError(error), task });
      }
      // Another task may have taken what could not be renewed.
      for (const holding of held.values())
        if (clock.now() - holding.renewed >= leaseMilliseconds) holding.stop();
      await clock.wait(leaseMilliseconds / 4, wake.signal);
      if (!stopping.signal.aborted && wake.signal.aborted) wake = new AbortController();
    }
  }
  const running = run();

  return {
    progress: () => new Map([...held].map(([shardId, { reader }]) => [shardId, reader.progress])),
    get renewed() {
      return renewed;
    },
    async stop() {
      stopping.abort();
      wake.abort();
      await running;
      for (const holding of held.values()) holding.stop();
      await Promise.all(ends.values());
    },
  };
}
