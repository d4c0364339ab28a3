import { backoff } from "../shared/backoff";
import { describeError, log } from "../shared/log";
import type { Clock } from "./clock";
import { ended } from "./lease";
import type { Page, Stream, StreamRecord } from "./stream";

/** Resolves with true when every record is stored or set aside, with false if `signal` ended it before. */
export type Process = (records: readonly StreamRecord[], signal: AbortSignal) => Promise<boolean>;

export interface ShardReaderArgs {
  shardId: string;
  /** Where to begin. */
  checkpoint: string;
  stream: Stream;
  process: Process;
  /** Saves a checkpoint; resolves with false if the lease is another task's. */
  save: (checkpoint: string) => Promise<boolean>;
  clock: Clock;
  /** Between two reads at least, since a shard allows five reads a second for all of its readers together. */
  pollMilliseconds: number;
  /** Ends the reading, after the batch in progress if its stores take it. */
  signal: AbortSignal;
}

/** What a reader has done, for the health of its task. */
export interface Progress {
  /** When the last read began that found everything that was there, by the clock, if that is processed; undefined otherwise. */
  caughtUp: number | undefined;
  /** How far the reader is behind the end of the shard, now. */
  behindMilliseconds(): number;
}

export interface ShardReader {
  progress: Progress;
  /** Why the reading is over: the shard has no more records, the lease is another task's, or the signal. */
  end: Promise<"ended" | "lost" | "stopped">;
}

/** So many polls may pass without a read before a reader that had caught up counts as behind. */
const pollsOfGrace = 5;

/** @see https://docs.aws.amazon.com/streams/latest/dev/troubleshooting-consumers.html */
const longestPause = 10_000;

/**
 * Reads a shard from a checkpoint on, one batch at a time: nothing is read before the current batch is processed and its checkpoint
 * saved, so a slow store slows the reading and fills no memory.
 */
export function startShardReader(args: ShardReaderArgs): ShardReader {
  const { clock, pollMilliseconds } = args;
  let [lastRead, lastBehind] = [clock.now(), 0];
  const progress: Progress = {
    caughtUp: undefined,
    behindMilliseconds: () =>
      progress.caughtUp !== undefined
        ? Math.max(0, clock.now() - progress.caughtUp - pollsOfGrace * pollMilliseconds)
        : lastBehind + clock.now() - lastRead,
  };

  async function run(): Promise<"ended" | "lost" | "stopped"> {
    const { shardId, stream, process, save, signal } = args;
    let { checkpoint } = args;
    let iterator: string | undefined;
    for (let failures = 0; !signal.aborted;) {
      const started = clock.now();
      let page: Page;
      try {
        iterator ??= await stream.open(shardId, checkpoint);
        page = await stream.read(iterator);
        failures = 0;
      } catch (error) {
        iterator = undefined;
        if ((error as Error).name !== "ExpiredIteratorException")
          log("warn", "shard not read", { shardId, error: describeError(error) });
        const pause = backoff(failures++, { shortest: pollMilliseconds, longest: longestPause });
        await clock.wait(Math.max(pollMilliseconds, pause), signal);
        continue;
      }
      [lastRead, lastBehind] = [clock.now(), page.behindMilliseconds];
      const last = page.records.at(-1);
      if (last) {
        progress.caughtUp = undefined;
        if (!(await process(page.records, signal))) return "stopped";
        checkpoint = last.sequenceNumber;
        if (!(await save(checkpoint))) return "lost";
      }
      if (page.next === undefined) return (await save(ended)) ? "ended" : "lost";
      iterator = page.next;
      progress.caughtUp = page.behindMilliseconds === 0 ? started : undefined;
      await clock.wait(started + pollMilliseconds - clock.now(), signal);
    }
    return "stopped";
  }
  return { progress, end: run() };
}
