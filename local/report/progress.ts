import { printable } from "../../operations/print";

/** Reports the steps of a run. */
export interface Progress {
  /** Runs a step and reports it with its duration. */
  step: <T>(what: string, work: () => Promise<T> | T) => Promise<T>;
  /** Reports that a step will take a while. */
  note: (what: string) => void;
  /** Writes one line. */
  say: (line?: string) => void;
}

interface Output {
  write(text: string): unknown;
  isTTY?: boolean;
}

/** Writes a step to a terminal when it begins, to a log when it ends. Texts from outside are printable in it. */
export function createProgress(out: Output): Progress {
  const write = (text: string): void => void out.write(text);
  const clear = out.isTTY ? "\r\u001b[2K" : "";
  return {
    async step(what, work) {
      if (out.isTTY) write(`  ${printable(what)} …`);
      const startedAt = performance.now();
      try {
        const result = await work();
        const seconds = (performance.now() - startedAt) / 1000;
        write(`${clear}  ${printable(what).padEnd(40)} ${seconds.toFixed(1).padStart(5)} s\n`);
        return result;
      } catch (error) {
        if (out.isTTY) write("\n");
        throw error;
      }
    },
    note: (what) => write(`${clear}  ${printable(what)} …${out.isTTY ? "" : "\n"}`),
    say: (line = "") => write(`${printable(line)}\n`),
  };
}
