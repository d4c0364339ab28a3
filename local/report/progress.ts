/** Where a run tells people what it does. */
export interface Progress {
  /** Does a step, and tells it with the time that it took. */
  step: <T>(what: string, work: () => Promise<T> | T) => Promise<T>;
  /** Tells that a step will take a while. */
  note: (what: string) => void;
  say: (line?: string) => void;
}

interface Output {
  write(text: string): unknown;
  isTTY?: boolean;
}

/** On a terminal a step is shown while it is done; in a log, when it is. */
export function createProgress(out: Output): Progress {
  const write = (text: string): void => void out.write(text);
  const clear = out.isTTY ? "\r\u001b[2K" : "";
  return {
    async step(what, work) {
      if (out.isTTY) write(`  ${what} …`);
      const startedAt = performance.now();
      try {
        const result = await work();
        const seconds = (performance.now() - startedAt) / 1000;
        write(`${clear}  ${what.padEnd(40)} ${seconds.toFixed(1).padStart(5)} s\n`);
        return result;
      } catch (error) {
        if (out.isTTY) write("\n");
        throw error;
      }
    },
    note: (what) => write(`${clear}  ${what} …${out.isTTY ? "" : "\n"}`),
    say: (line = "") => write(`${line}\n`),
  };
}
