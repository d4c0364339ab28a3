/** Waits, in ms. */
export type Pause = (milliseconds: number) => Promise<void>;

export const pause: Pause = (milliseconds) =>
  new Promise((resume) => setTimeout(resume, milliseconds));

/**
 * How long to wait before the next attempt, in ms: up to twice as long each time, at a random moment, so that callers who failed together
 * do not come back together; at least what the server asks for, at most `longest`.
 * @see https://aws.amazon.com/builders-library/timeouts-retries-and-backoff-with-jitter/
 */
export function backoff(
  attempt: number,
  { shortest = 200, longest = 3000, asked = 0 } = {},
): number {
  const most = Math.min(longest, shortest * 2 ** attempt);
  return Math.min(longest, Math.max(asked, Math.random() * most));
}
