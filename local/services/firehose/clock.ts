/** Time, which a test moves by itself. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Runs something later; returns what takes it back. */
  after(milliseconds: number, run: () => void): () => void;
}

export const systemClock: Clock = {
  now: Date.now,
  after(milliseconds, run) {
    const timer = setTimeout(run, milliseconds);
    return () => clearTimeout(timer);
  },
};
