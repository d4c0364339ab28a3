/** Runs a task without its log lines, of which there is one per batch. */
export async function silently(run: () => Promise<unknown>): Promise<void> {
  const { log } = console;
  console.log = () => undefined;
  try {
    await run();
  } finally {
    console.log = log;
  }
}
