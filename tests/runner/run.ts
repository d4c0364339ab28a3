import { createReport } from "./report";
import { createSchedule, type Spec } from "./schedule";
import { startShard, type Shard } from "./shard";

export interface RunArgs {
  specs: Spec[];
  /** The number of parallel processes. */
  shards: number;
  print: (line: string) => void;
  /** Called with the duration of each passed spec file, in milliseconds. */
  took: (file: string, milliseconds: number) => void;
  /** Ends everything that was started when it fires; a second time, by force. */
  interrupted: AbortSignal;
  /** Fires when to stop waiting for specs that clean up. */
  forced: AbortSignal;
  /** Whether tests of more than five seconds of processor time are skipped. @default false */
  quick?: boolean;
  /** How long a shard may take to end after its last spec. @default 60 */
  endSeconds?: number;
}

/** Runs spec files side by side; answers whether every file ran at least one test and nothing failed. */
export async function run(args: RunArgs): Promise<boolean> {
  const { specs, shards, print, took, interrupted, forced, quick = false, endSeconds = 60 } = args;
  const schedule = createSchedule(specs);
  const report = createReport(print);
  const alive = new Set<Shard>();
  const abortAll = (): void => alive.forEach((shard) => void shard.abort());
  interrupted.addEventListener("abort", abortAll);
  forced.addEventListener("abort", abortAll);

  const start = (): Shard => {
    const shard = startShard({ endSeconds, quick });
    alive.add(shard);
    return shard;
  };
  async function work(number: number): Promise<void> {
    let shard: Shard | undefined;
    for (;;) {
      const spec = interrupted.aborted ? undefined : schedule.next(number);
      if (!spec) break;
      shard ??= start();
      const result = await shard.run(spec.file);
      if (interrupted.aborted) break;
      report.ran(number, spec.file, result, shard.printed());
      // A file whose long tests were left out takes longer the next time.
      const isWhole = result.failures.length === 0 && !(quick && result.skipped.length > 0);
      if (isWhole) took(spec.file, result.milliseconds);
      if (shard.isAlive()) continue;
      // The other files still run, in another process.
      alive.delete(shard);
      shard = undefined;
    }
    if (!shard) return;
    if (interrupted.aborted) await shard.abort();
    else report.ended(number, await shard.end(), shard.printed());
    alive.delete(shard);
  }

  const count = Math.min(shards, specs.length);
  report.started(specs.length, count);
  await Promise.all(Array.from({ length: count }, (_, number) => work(number)));
  if (!interrupted.aborted) return report.close();
  print("Interrupted: everything that was started has ended.");
  return false;
}
