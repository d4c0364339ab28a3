/** A task to measure. */
export type Task = () => unknown;

/**
 * Measures the CPU time of this process per run of each task, in milliseconds: the median over rounds in which the tasks alternate, so
 * that other load of the machine affects all of them alike. The first round is a warm-up.
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

/** Returns the median of the measurements of each thing, over rounds in which they alternate; the first round is not counted. */
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

/** Measures the elapsed time of a task in seconds, for work in several processes. */
export async function timed(task: () => Promise<void>): Promise<number> {
  const start = performance.now();
  await task();
  return (performance.now() - start) / 1000;
}

/** Runs a task for each item, with limited concurrency. */
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
