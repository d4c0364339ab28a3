/** A queue of work with backpressure. */
export interface Backlog<Item> {
  /** Resolves when the item is taken; waits while the backlog is full, which slows down a client that sends too fast. */
  accept(item: Item): Promise<void>;
  /** Accepts at once, even if full: for items that result from an item in work, which must not wait for itself. */
  add(item: Item): void;
  /** Resolves when no item is waiting or in work. */
  idle: () => Promise<void>;
  /** Items waiting or in work. */
  size: () => number;
}

export interface BacklogArgs<Item> {
  /** Processes an item; must not reject. */
  work: (item: Item) => Promise<void>;
  /** Items in work at a time. */
  concurrency: number;
  /** The capacity: items in work or waiting. */
  capacity: number;
}

/** A backlog in memory: its items are lost if the process ends before `idle` resolves. */
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
