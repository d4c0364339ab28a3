import { setTimeout as wait } from "node:timers/promises";

export interface BatcherArgs<T> {
  /** The most items in one call. */
  most: number;
  /** The most bytes in one call. @default any */
  heaviest?: number;
  weigh?: (item: T) => number;
  /** How long a call that is not full waits for more items, in milliseconds. @default 0 */
  lingerMilliseconds?: number;
  /** Sends one call. Resolves with the reasons of the refused items, by their index in the call. */
  send: (items: T[]) => Promise<Map<number, unknown>>;
}

interface Waiting<T> {
  item: T;
  resolve: () => void;
  reject: (reason: unknown) => void;
}

/**
 * Groups items into calls. What arrives while a call is under way goes with the next one, so a single item does not wait and many items
 * share calls. Rejects an item that the service refuses; the other items of its call resolve.
 */
export function createBatcher<T>({
  most,
  heaviest = Infinity,
  weigh = () => 0,
  lingerMilliseconds = 0,
  send,
}: BatcherArgs<T>): (item: T) => Promise<void> {
  let waiting: Waiting<T>[] = [];
  let busy = false;

  function next(): Waiting<T>[] {
    let weight = 0;
    const fits = ({ item }: Waiting<T>, index: number): boolean => {
      weight += weigh(item);
      return index === 0 || (index < most && weight <= heaviest);
    };
    const end = waiting.findIndex((one, index) => !fits(one, index));
    const batch = end < 0 ? waiting : waiting.slice(0, end);
    waiting = end < 0 ? [] : waiting.slice(end);
    return batch;
  }

  async function work(): Promise<void> {
    busy = true;
    // Items that are added in the same turn of the event loop share the first call.
    await Promise.resolve();
    while (waiting.length > 0) {
      if (lingerMilliseconds > 0 && waiting.length < most) await wait(lingerMilliseconds);
      const batch = next();
      try {
        const refused = await send(batch.map(({ item }) => item));
        batch.forEach(({ resolve, reject }, index) =>
          refused.has(index) ? reject(refused.get(index)) : resolve(),
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
