/** The time, which tests set themselves. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Runs a function later; returns a function that cancels it. */
  after(milliseconds: number, run: () => void): () => void;
}

export const systemClock: Clock = {
  now: Date.now,
  after(milliseconds, run) {
    const timer = setTimeout(run, milliseconds);
    return () => clearTimeout(timer);
  },
};
