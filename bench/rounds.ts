/** Does something once. */
export type Task = () => unknown;

/**
 * Milliseconds of this process's CPU per run of each task: the median over rounds in which the tasks take turns, so that whatever
 * else this machine does meets all of them alike. The first round only warms up.
 */
export async function cpuOf<Name extends string>(
  tasks: Record<Name, Task>,
  { rounds = 9, runs = 1 } = {},
): Promise<Record<Name, number>> {
  return medians(tasks, rounds + 1, async (task) => {
    const before = process.cpuUsage();
    for (let run = 0; run < runs; run += 1) await task();
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1000 / runs;
  });
}

/** The median of what `measure` says of each thing, over rounds in which they take turns; the first round does not count. */
export async function medians<Name extends string, Thing>(
  things: Record<Name, Thing>,
  rounds: number,
  measure: (thing: Thing) => Promise<number>,
): Promise<Record<Name, number>> {
  const names = Object.keys(things) as Name[];
  const measured = new Map<Name, number[]>(names.map((name) => [name, []]));
  for (let round = 0; round < rounds; round += 1)
    for (const name of names) {
      const value = await measure(things[name]);
      if (round > 0) measured.get(name)?.push(value);
    }
  return Object.fromEntries(
    names.map((name) => [name, median(measured.get(name) ?? [])]),
  ) as Record<Name, number>;
}

function median(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? NaN;
}

/** Seconds of the clock, for what happens in two processes. */
export async function timed(task: () => Promise<void>): Promise<number> {
  const start = performance.now();
  await task();
  return (performance.now() - start) / 1000;
}

/** Does something with each of the items, so many at a time. */
export async function inLanes<Item>(
  items: readonly Item[],
  lanes: number,
  task: (item: Item) => Promise<unknown>,
): Promise<void> {
  const waiting = [...items];
  const lane = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) await task(next);
  };
  await Promise.all(Array.from({ length: lanes }, lane));
}
