/** Says whether one more message is within the limit; counts it if so. */
export type PublishRate = () => boolean;

/** At most so many in a second, which begins with its first message; without a limit, any number. */
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
