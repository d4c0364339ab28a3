import { spawn } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { signalGroup } from "../../local/emulator/process-group";

const project = path.join(__dirname, "../..");

/** The arguments that `npm start` passes to node. */
const startWords = (
  JSON.parse(fs.readFileSync(path.join(project, "package.json"), "utf8")) as {
    scripts: { start: string };
  }
).scripts.start
  .split(" ")
  .slice(1);

/** A folder that is the project in everything but `.local`, so that a run in it meets no other. */
export interface Checkout {
  folder: string;
  write(name: string, content: string): string;
  /** `npm start -- <words>`, without npm. */
  start(words: string[], env?: NodeJS.ProcessEnv): Run;
  /** Ends processes that still run. */
  remove(): Promise<void>;
}

/**
 * A local run in a process of its own.
 * @needs runs
 */
export interface Run {
  pid: number;
  /** Its output so far. */
  stdout(): string;
  stderr(): string;
  /** Resolves when its output matches; rejects if it ends before. */
  wrote(what: RegExp): Promise<void>;
  signal(signal: NodeJS.Signals): void;
  /** Resolves with the exit code; null if it was killed. */
  ended: Promise<number | null>;
}

/** `installed` says whether the emulator's Python environment, which takes long to make, is lent from the project. */
export function createCheckout({ installed = true } = {}): Checkout {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "checkout-"));
  const link = (name: string): void =>
    fs.symlinkSync(path.join(project, name), path.join(folder, name));
  fs.readdirSync(project)
    .filter((name) => !/^(\..*|coverage)$/.test(name))
    .forEach(link);
  fs.mkdirSync(path.join(folder, ".local"));
  // What every start would make or install again.
  for (const kept of ["callbacks", "duckdb", "lambda-node", "transpiled"]) {
    fs.mkdirSync(path.join(project, ".local", kept), { recursive: true });
    link(path.join(".local", kept));
  }
  if (installed) link(".local/venv");
  const runs: Run[] = [];

  return {
    folder,
    write(name, content) {
      const file = path.join(folder, name);
      fs.rmSync(file, { force: true });
      fs.writeFileSync(file, content);
      return file;
    },
    start(words, env = {}) {
      const run = start(folder, words, env);
      runs.push(run);
      return run;
    },
    async remove() {
      for (const run of runs) run.signal("SIGTERM");
      await Promise.all(runs.map(({ ended }) => ended));
      fs.rmSync(folder, { recursive: true, force: true });
    },
  };
}

function start(folder: string, words: string[], env: NodeJS.ProcessEnv): Run {
  const { PATH, HOME, TMPDIR, NODE_V8_COVERAGE } = process.env;
  const child = spawn(process.execPath, [...startWords, ...words], {
    cwd: folder,
    env: { PATH, HOME, TMPDIR, NODE_V8_COVERAGE, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const said = { stdout: "", stderr: "" };
  const listeners = new Set<() => void>();
  for (const name of ["stdout", "stderr"] as const)
    child[name].on("data", (chunk: Buffer) => {
      said[name] += chunk.toString();
      listeners.forEach((listener) => listener());
    });
  const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
  return {
    pid: child.pid ?? 0,
    stdout: () => said.stdout,
    stderr: () => said.stderr,
    wrote: (what) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          if (!what.test(said.stdout)) return;
          listeners.delete(look);
          resolve();
        };
        listeners.add(look);
        void ended.then((code) =>
          reject(new Error(`Ended by ${code} before ${what}: ${said.stdout}${said.stderr}`)),
        );
        look();
      }),
    signal: (signal) => void child.kill(signal),
    ended,
  };
}

/** Resolves when no process of a group runs any more: one that was killed needs a moment to go. */
export async function gone(processGroup: number): Promise<void> {
  while (running(processGroup).length > 0) await new Promise((later) => setTimeout(later, 20));
}

/** The processes of a group that still run; one that only waits for its parent to take note has ended. */
export function running(processGroup: number): number[] {
  if (!fs.existsSync("/proc")) return signalGroup(processGroup, 0) ? [processGroup] : [];
  return fs
    .readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        const stat = fs.readFileSync(`/proc/${pid}/stat`, "utf8");
        // Behind the command in brackets: state, parent, group.
        const [state, , group] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
        return Number(group) === processGroup && state !== "Z";
      } catch {
        return false;
      }
    })
    .map(Number);
}

/** The files that a run leaves in `.local`. */
export const leftIn = ({ folder }: Checkout): string[] =>
  fs.readdirSync(path.join(folder, ".local")).sort();

/** The emulator's process group, as the run has noted it in its lock. */
export function emulatorOf({ folder }: Checkout): number {
  const lock = fs.readFileSync(path.join(folder, ".local", "run.lock"), "utf8");
  return (JSON.parse(lock) as { processGroup: number }).processGroup;
}
