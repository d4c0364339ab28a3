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

/** The most functions that run at a time here: each is a process of the emulator, of about 45 MB. */
export const mostFunctions = 8;
