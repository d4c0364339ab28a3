/** The log of a callback, one parsed entry per line. */
export interface Logged<T> {
  answer: T;
  lines: Record<string, unknown>[];
  /** The counts of the one metric line; none if it wrote none. */
  counts: Record<string, number> | undefined;
}

/** Runs a callback and keeps its log from the report. */
export async function logged<T>(run: () => Promise<T> | T): Promise<Logged<T>> {
  const lines: Record<string, unknown>[] = [];
  const { log } = console;
  console.log = (line: string) => void lines.push(JSON.parse(line) as Record<string, unknown>);
  try {
    const answer = await run();
    return { answer, lines, counts: countsIn(lines) };
  } finally {
    console.log = log;
  }
}

/** The log lines of a callback that has to throw, with the error's message. */
export async function loggedFailure(run: () => Promise<unknown>): Promise<Logged<string>> {
  return logged(async () => {
    try {
      await run();
    } catch (error) {
      return (error as Error).message;
    }
    throw new Error("It did not throw.");
  });
}

function countsIn(lines: Record<string, unknown>[]): Record<string, number> | undefined {
  const metric = lines.find((line) => "_aws" in line);
  if (!metric) return undefined;
  return Object.fromEntries(
    Object.entries(metric).filter(([, value]) => typeof value === "number"),
  ) as Record<string, number>;
}
