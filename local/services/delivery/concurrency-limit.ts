import { availableParallelism } from "node:os";

/** Runs work once fewer than the limit are running; work that waits starts in order. */
export type ConcurrencyLimit = <T>(work: () => Promise<T>) => Promise<T>;

export function createConcurrencyLimit(most: number): ConcurrencyLimit {
  const line: (() => void)[] = [];
  let running = 0;
  return async (work) => {
    if (running >= most) await new Promise<void>((enter) => line.push(enter));
    else running++;
    try {
      return await work();
    } finally {
      // The next one in line takes over the place of this one.
      const next = line.shift();
      if (next) next();
      else running--;
    }
  };
}

/**
 * The most invocations of a service, or of a queue's mapping, that run at a time here: one for each processor, and at least two. Each is a
 * process of the emulator, of about 45 MB, and takes a quarter of a second of a processor to start.
 */
export const mostFunctions = Math.max(2, availableParallelism());
