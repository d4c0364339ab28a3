export interface BatcherArgs<T> {
  /** What one call takes. */
  most: number;
  /** Bytes that one call takes. @default any */
  heaviest?: number;
  weigh?: (item: T) => number;
  /** Resolves with the reasons of the items that were refused, by their place. */
  send: (items: T[]) => Promise<Map<number, unknown>>;
}

interface Waiting<T> {
  item: T;
  resolve: () => void;
  reject: (reason: unknown) => void;
}

/**
 * Does the same thing to many items, several in a call: what comes while one call is on its way goes with the next. So a single item waits
 * for nothing, and many do not cost a call each.
 */
export function createBatcher<T>({
  most,
  heaviest = Infinity,
  weigh = () => 0,
  send,
}: BatcherArgs<T>): (item: T) => Promise<void> {
  let waiting: Waiting<T>[] = [];
  let busy = false;

  function next(): Waiting<T>[] {
    let weight = 0;
    const fits = ({ item }: Waiting<T>, place: number): boolean => {
      weight += weigh(item);
      return place === 0 || (place < most && weight <= heaviest);
    };
    const end = waiting.findIndex((one, place) => !fits(one, place));
    const batch = end < 0 ? waiting : waiting.slice(0, end);
    waiting = end < 0 ? [] : waiting.slice(end);
    return batch;
  }

  async function work(): Promise<void> {
    busy = true;
    // Lets everything that comes at the same time arrive before the first call.
    await Promise.resolve();
    while (waiting.length > 0) {
      const batch = next();
      try {
        const refused = await send(batch.map(({ item }) => item));
        batch.forEach(({ resolve, reject }, place) =>
          refused.has(place) ? reject(refused.get(place)) : resolve(),
        );
      } catch (error) {
        batch.forEach(({ reject }) => reject(error));
      }
    }
    busy = false;
  }

  return (item) =>
    new Promise((resolve, reject) => {
      waiting.push({ item, resolve, reject });
      if (!busy) void work();
    });
}
