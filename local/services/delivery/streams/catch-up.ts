/** Resolves once a read that began after the call of `wait` has found nothing left to do. */
export interface CatchUp {
  /** Call before each read; returns the number of the read. */
  begin(): number;
  /** Call when that read found nothing. */
  found(nothingIn: number): void;
  /** Resolves when every record that was there at the call is processed. */
  wait(): Promise<void>;
}

export function createCatchUp(): CatchUp {
  let looks = 0;
  let waiting: { after: number; done: () => void }[] = [];
  return {
    begin: () => ++looks,
    found(nothingIn) {
      const ready = waiting.filter(({ after }) => after < nothingIn);
      waiting = waiting.filter(({ after }) => after >= nothingIn);
      ready.forEach(({ done }) => done());
    },
    wait: () => new Promise((done) => waiting.push({ after: looks, done })),
  };
}
