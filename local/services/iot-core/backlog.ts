/** Work that is taken in no faster than it is done. */
export interface Backlog<Item> {
  /** Resolves when the item is taken; waits while the backlog is full, which slows down a client that sends too fast. */
  accept(item: Item): Promise<void>;
  /** Takes at once, full or not: for what comes out of an item in work, which must not wait for itself. */
  add(item: Item): void;
  /** Resolves when nothing is waiting or in work. */
  idle: () => Promise<void>;
  /** Items waiting or in work. */
  size: () => number;
}

export interface BacklogArgs<Item> {
  /** Does the work; must not reject. */
  work: (item: Item) => Promise<void>;
  /** Items in work at a time. */
  concurrency: number;
  /** Items taken at a time, in work or waiting. */
  capacity: number;
}

/** A backlog in memory: what it holds is lost when the process ends before `idle`. */
export function createBacklog<Item>({
  work,
  concurrency,
  capacity,
}: BacklogArgs<Item>): Backlog<Item> {
  const waiting: Item[] = [];
  const blocked: { item: Item; taken: () => void }[] = [];
  const idlers: (() => void)[] = [];
  let working = 0;

  function start(): void {
    while (working < concurrency && waiting.length > 0) {
      working += 1;
      void work(waiting.shift() as Item).finally(finish);
    }
  }

  function finish(): void {
    working -= 1;
    const next = blocked.shift();
    if (next) {
      waiting.push(next.item);
      next.taken();
    }
    start();
    if (working === 0) for (const resolve of idlers.splice(0)) resolve();
  }

  const size = (): number => working + waiting.length;

  function add(item: Item): void {
    waiting.push(item);
    start();
  }

  return {
    add,
    size,
    accept: (item) =>
      new Promise((taken) => {
        if (size() >= capacity) return void blocked.push({ item, taken });
        add(item);
        taken();
      }),
    idle: () =>
      new Promise((resolve) => {
        if (working === 0) resolve();
        else idlers.push(resolve);
      }),
  };
}
