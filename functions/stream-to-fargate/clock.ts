/** Time that only passes: comparable within this process, unlike the clocks of two machines. */
export interface Clock {
  /** Milliseconds since some moment. */
  now(): number;
  /** Resolves after some milliseconds, or as soon as `signal` is aborted. */
  wait(milliseconds: number, signal?: AbortSignal): Promise<void>;
}

export const monotonicClock: Clock = {
  now: () => performance.now(),
  wait: (milliseconds, signal) =>
    new Promise((resume) => {
      if (signal?.aborted) return resume();
      const end = (): void => {
        clearTimeout(timer);
        signal?.removeEventListener("abort", end);
        resume();
      };
      const timer = setTimeout(end, Math.max(0, milliseconds));
      signal?.addEventListener("abort", end);
    }),
};
