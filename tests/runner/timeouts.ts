import type { Runnable, Runner } from "mocha";

/** A spec has only a share of a processor, so a hanging test is detected later than in a process that runs alone. */
const factor = 4;

/** Multiplies the timeout of every test and hook of a run; those without a timeout keep none. */
export function extendTimeouts(runner: Runner): void {
  const extended = new WeakSet<Runnable>();
  const extend = (runnable: Runnable): void => {
    if (extended.has(runnable)) return;
    extended.add(runnable);
    const set = runnable.timeout.bind(runnable) as (milliseconds?: number) => number;
    set(set() * factor);
    // A hook or a test may set its own when it runs.
    const timeout = (milliseconds?: number) =>
      milliseconds === undefined ? set() : (set(milliseconds * factor), runnable);
    Object.assign(runnable, { timeout });
  };
  runner.on("test", extend);
  runner.on("hook", extend);
}
