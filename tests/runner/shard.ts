import { fork, type ChildProcess } from "node:child_process";
import * as path from "node:path";
import { endTree } from "./processes";
import {
  quickVariable,
  stillOpenCode,
  type Answer,
  type Failure,
  type Request,
  type SpecResult,
} from "./protocol";

/** How long a test that is interrupted, and the hooks that clean up after it, may take. */
const abortSeconds = 10;
/** How long a process that does not end may take to report what is open. */
const reportSeconds = 5;
/** The part of a crashed process's output. */
const lastCharacters = 4_000;

/** A process that runs spec files one after another. */
export interface Shard {
  /** Runs a spec file. A process that ends meanwhile is a failure of the file. */
  run(file: string): Promise<SpecResult>;
  /** False once the process has ended. */
  isAlive(): boolean;
  /** The output of specs since the last call. */
  printed(): string;
  /** Closes shared resources, and ends the process. Returns the errors. */
  end(): Promise<Failure[]>;
  /** Ends the process and all that it has started: first with its hooks, after ten seconds, or when called again, by force. */
  abort(): Promise<void>;
}

interface ShardArgs {
  /** How long the process may take to end after its last spec, before what keeps it running is a failure. */
  endSeconds: number;
  /** Whether tests of more than five seconds of processor time are skipped. */
  quick: boolean;
}

export function startShard({ endSeconds, quick }: ShardArgs): Shard {
  const child = fork(path.join(__dirname, "shard-main.ts"), [], {
    execArgv: ["--max-semi-space-size=64", "--require", require.resolve("../../local/register.js")],
    env: { ...process.env, [quickVariable]: quick ? "1" : undefined },
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding("utf8").on("data", (text: string) => (output += text));
  const closed = new Promise<string>((resolve) => {
    child.once("error", ({ message }) => resolve(message));
    child.once("close", (code, signal) => resolve(signal ?? `exit code ${code}`));
  });
  const { ask } = conversation(child, closed);
  let isAborted = false;

  return {
    isAlive: () => child.exitCode === null && child.signalCode === null,
    printed() {
      const text = output;
      output = "";
      return text;
    },
    async run(file) {
      const started = performance.now();
      const answer = await ask({ kind: "run", file });
      if (answer?.kind === "ran") return answer.result;
      const how = await closed;
      const failure = crashed(`The process that ran it ended by ${how}`, output);
      return {
        passed: 0,
        failures: [failure],
        skipped: [],
        milliseconds: performance.now() - started,
        processorMilliseconds: 0,
        slowest: [],
      };
    },
    async end() {
      const kill = (): void => endTree(child.pid ?? 0);
      let killer: NodeJS.Timeout | undefined;
      const timer = setTimeout(() => {
        // The process reports what keeps it running, unless it is busy.
        child.kill("SIGTERM");
        killer = setTimeout(kill, reportSeconds * 1000);
      }, endSeconds * 1000);
      const answer = await ask({ kind: "end" });
      const how = await closed;
      clearTimeout(timer);
      clearTimeout(killer);
      if (answer?.kind === "ended" && answer.failure) return [answer.failure];
      if (how === "exit code 0") return [];
      if (how === "SIGKILL" || how === `exit code ${stillOpenCode}`) {
        const what = `Its process did not end within ${endSeconds} s after the last spec: a spec left something open that keeps it running`;
        return [crashed(what, output)];
      }
      return [crashed(`Its process ended by ${how} after the last spec`, output)];
    },
    async abort() {
      const kill = (): void => endTree(child.pid ?? 0);
      if (isAborted) kill();
      isAborted = true;
      const timer = setTimeout(kill, abortSeconds * 1000);
      if (child.connected) child.send({ kind: "abort" } satisfies Request, () => undefined);
      await closed;
      clearTimeout(timer);
    },
  };
}

/** One question at a time; undefined is the answer of a process that has ended. */
function conversation(child: ChildProcess, closed: Promise<string>) {
  let answered: (answer: Answer | undefined) => void = () => undefined;
  child.on("message", (answer: Answer) => answered(answer));
  return {
    ask: (request: Request): Promise<Answer | undefined> =>
      new Promise((resolve) => {
        answered = resolve;
        void closed.then(() => resolve(undefined));
        // A process that has ended is noticed by its end.
        if (child.connected) child.send(request, () => undefined);
      }),
  };
}

const crashed = (what: string, output: string): Failure => {
  const last = output.slice(-lastCharacters).trimEnd();
  const text = `     ${what}${last ? `; it had printed:\n\n${last.replace(/^/gm, "     ")}` : "."}\n`;
  return { title: what, text };
};
