import { createClosing, type Closing } from "./closing";
import { signalGroup } from "./emulator/process-group";

/** Why a run ends early. */
export type Ending = { kind: "interrupted" } | { kind: "failed"; error: Error };

/** One run, from its first step to its exit: what it has opened, and what ends it. */
export interface Session extends Pick<Closing, "opened"> {
  /** Fires when the run has to end. */
  stopping: AbortSignal;
  /** Resolves at the first Ctrl-C or failure; a second Ctrl-C ends the process by force. */
  ended: Promise<Ending>;
  /** Reports that a part has ended which the run needs. */
  fail: (error: Error) => void;
  /** Records a process group that must not outlive this process. */
  owns(processGroup: number): void;
  /** Closes what was opened, in reverse order; gives up after a few seconds, since recorded process groups are killed at exit. */
  close(): Promise<void>;
}

/** After Ctrl-C the run ends within 5 s. */
const closeTimeoutMilliseconds = 4000;

export function createSession(): Session {
  const closing = createClosing();
  const stopping = new AbortController();
  const groups: number[] = [];
  let resolveEnded: (ending: Ending) => void = () => undefined;
  const ended = new Promise<Ending>((resolve) => (resolveEnded = resolve));

  function end(ending: Ending): void {
    // In this order: what is interrupted fails too, and is not the reason for the end.
    resolveEnded(ending);
    stopping.abort();
  }
  const fail = (error: Error): void => end({ kind: "failed", error });
  const interrupt = (): void => {
    if (stopping.signal.aborted) process.exit(1);
    end({ kind: "interrupted" });
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, interrupt);
  process.on("uncaughtException", fail);
  process.on("exit", () => groups.forEach((group) => signalGroup(group, "SIGKILL")));

  return {
    stopping: stopping.signal,
    ended,
    fail,
    opened: closing.opened,
    owns: (processGroup) => void groups.push(processGroup),
    async close() {
      stopping.abort();
      const closed = closing.close().catch(() => undefined);
      let timer: NodeJS.Timeout | undefined;
      const timedOut = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, closeTimeoutMilliseconds);
      });
      await Promise.race([closed, timedOut]);
      clearTimeout(timer);
    },
  };
}
