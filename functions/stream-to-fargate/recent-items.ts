import type { Item } from "./stored";

/** Items that a task has written last, so that it reads only those that it has not written. */
export interface RecentItems {
  get(name: string): Item | undefined;
  set(name: string, item: Item): void;
  delete(name: string): void;
}

/** Of an item besides its texts: its attributes and their names. */
const fixedBytes = 2000;

/** About the memory that an item takes: texts of items have one byte per character. */
const bytesOf = (item: Item): number =>
  Object.values(item).reduce<number>(
    (sum, value) => sum + (typeof value === "string" ? value.length : 0),
    fixedBytes,
  );

/** Keeps the items that were set last, of `mostBytes` together. */
export function createRecentItems(mostBytes: number): RecentItems {
  const items = new Map<string, { item: Item; bytes: number }>();
  let total = 0;
  function remove(name: string): void {
    total -= items.get(name)?.bytes ?? 0;
    items.delete(name);
  }
  return {
    get: (name) => items.get(name)?.item,
    set(name, item) {
      remove(name);
      const bytes = bytesOf(item);
      items.set(name, { item, bytes });
      total += bytes;
      // In the order in which they were set.
      for (const oldest of items.keys()) {
        if (total <= mostBytes) return;
        remove(oldest);
      }
    },
    delete: remove,
  };
}
