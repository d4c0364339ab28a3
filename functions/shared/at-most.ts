/** Runs `work` for every item, for at most `mostAtOnce` items at the same time. Rejects with the first error. */
export async function forEachAtMost<T>(
  mostAtOnce: number,
  items: readonly T[],
  work: (item: T) => Promise<void>,
): Promise<void> {
  const waiting = items.values();
  const lane = async (): Promise<void> => {
    for (const item of waiting) await work(item);
  };
  await Promise.all(Array.from({ length: mostAtOnce }, lane));
}
