/** Tells when a look that began after somebody asked has found nothing left to do. */
export interface CatchUp {
  /** Call before each look; gives the look's number. */
  begin(): number;
  /** Call when that look found nothing. */
  found(nothingIn: number): void;
  /** Resolves when everything that was there at the time of the call is done. */
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
