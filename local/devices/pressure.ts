export interface PressureArgs {
  /** Counts the messages that wait in the fullest queue. */
  waiting: () => Promise<number>;
  /** The most messages that may wait in one queue. @default 5,000 */
  most?: number;
  /** After this time without progress, the messages will not arrive, and publishing goes on. */
  patienceMilliseconds: number;
  /** In milliseconds. */
  now?: () => number;
}

/** Counts at most once in this time. */
const everyMilliseconds = 1000;

/**
 * Returns a function that tells whether messages are published faster than they arrive, so that publishing has to wait: the emulator holds
 * those that wait in memory.
 */
export function createPressure({
  waiting,
  most = 5000,
  patienceMilliseconds,
  now = () => performance.now(),
}: PressureArgs): () => Promise<boolean> {
  let [depth, countedAt, progressAt] = [0, -Infinity, now()];
  return async () => {
    if (now() - countedAt >= everyMilliseconds) {
      countedAt = now();
      const before = depth;
      // A queue may be deleted while the program runs.
      depth = await waiting().catch(() => 0);
      if (depth < before || depth <= most) progressAt = now();
    }
    return depth > most && now() - progressAt < patienceMilliseconds;
  };
}
