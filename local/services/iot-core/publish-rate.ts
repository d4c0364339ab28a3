/** Whether one more message is within the limit; counts it if so. */
export type PublishRate = () => boolean;

/** Limits messages per second; a second begins with its first message. Without a limit, any number. */
export function createPublishRate(most: number | undefined, now: () => number): PublishRate {
  if (most === undefined) return () => true;
  let [began, count] = [-Infinity, 0];
  return () => {
    if (now() - began >= 1_000) [began, count] = [now(), 0];
    if (count >= most) return false;
    count += 1;
    return true;
  };
}
