/** Runs something that writes a log line per batch, which would hide the table. */
export async function silently(run: () => Promise<unknown>): Promise<void> {
  const { log } = console;
  console.log = () => undefined;
  try {
    await run();
  } finally {
    console.log = log;
  }
}
