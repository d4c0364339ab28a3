import { createClosing, type Closing } from "./closing";
import { signalGroup } from "./emulator/process-group";

/** Why a run ends before its own end. */
export type Ending = { kind: "interrupted" } | { kind: "failed"; error: Error };

/** One run, from its first step to its exit: what it has opened, and what ends it from outside. */
export interface Session extends Pick<Closing, "opened"> {
  /** Fires when the run has to end. */
  stopping: AbortSignal;
  /** Resolves at the first Ctrl-C or failure; a second Ctrl-C ends the process by force. */
  ended: Promise<Ending>;
  /** A part has ended that the run cannot do without. */
  fail: (error: Error) => void;
  /** Notes a process group that must not outlive this process, whatever happens to it. */
  owns(processGroup: number): void;
  /** Closes what was opened, in the reverse order, and gives up on what takes too long: `owns` sees to the rest. */
  close(): Promise<void>;
}

/** Whoever presses Ctrl-C waits no longer than 5 s for it. */
const patienceMilliseconds = 4000;

export function createSession(): Session {
  const closing = createClosing();
  const stopping = new AbortController();
  const groups: number[] = [];
  let resolveEnded: (ending: Ending) => void = () => undefined;
  const ended = new Promise<Ending>((resolve) => (resolveEnded = resolve));

  function end(ending: Ending): void {
    // In this order: what stopping interrupts fails as well, and is not why the run ends.
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
      const impatient = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, patienceMilliseconds);
      });
      await Promise.race([closed, impatient]);
      clearTimeout(timer);
    },
  };
}
