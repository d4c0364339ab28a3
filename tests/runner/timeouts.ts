import type { Runnable, Runner } from "mocha";

/** Of a processor, a spec has a share only: what hangs is noticed later than in a process that runs alone. */
const factor = 4;

/** Gives every test and hook of a run more time than it asks for alone; what asks for no limit has none. */
export function extendTimeouts(runner: Runner): void {
  const extended = new WeakSet<Runnable>();
  const extend = (runnable: Runnable): void => {
    if (extended.has(runnable)) return;
    extended.add(runnable);
    runnable.timeout(runnable.timeout() * factor);
  };
  runner.on("test", extend);
  runner.on("hook", extend);
}
