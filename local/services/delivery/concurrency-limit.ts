/** Lets so many pieces of work run at a time; the others wait in line. */
export type Gate = <T>(work: () => Promise<T>) => Promise<T>;

export function createGate(most: number): Gate {
  const line: (() => void)[] = [];
  let running = 0;
  return async (work) => {
    if (running >= most) await new Promise<void>((enter) => line.push(enter));
    else running++;
    try {
      return await work();
    } finally {
      // Whoever is next takes this one's place.
      const next = line.shift();
      if (next) next();
      else running--;
    }
  };
}

/** Each function that runs is a process of the emulator, of some 45 MB. */
export const mostFunctions = 8;
