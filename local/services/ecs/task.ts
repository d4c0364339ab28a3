import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { pause } from "../delivery/pause";

export interface TaskArgs {
  /** The project's folder. */
  directory: string;
  /** The compiled file that the container runs, from the project's folder: `functions/<stem>/main.js`. */
  entry: string;
  environment: Record<string, string>;
  /** Receives each line of the log, as an object if it is one. */
  onLine: (line: Record<string, unknown>) => void;
  /** Seconds between SIGTERM and SIGKILL. */
  stopTimeout: number;
}

/** What the health endpoint of a container answers. */
export interface TaskHealth {
  shards: Record<string, { caughtUpMilliseconds: number | null }>;
}

/** A container of a task, as a process of this machine. */
export interface Task {
  readonly pid: number;
  /** Resolves with the exit code, or the name of the signal. */
  readonly ended: Promise<number | string>;
  /** Undefined while the task starts, and after its end. */
  health(): Promise<TaskHealth | undefined>;
  /** As ECS: SIGTERM, then SIGKILL. */
  stop(): Promise<void>;
  /** As a host that fails. */
  kill(): void;
}

/** Of this process: what a process needs, how it loads modules, and where it writes its coverage; not its credentials. */
const kept = ["PATH", "HOME", "TMPDIR", "SystemRoot", "NODE_OPTIONS", "NODE_V8_COVERAGE"];

/** Starts the entry point of an image of this project by its source. */
export function startTask(args: TaskArgs): Task {
  const { directory, entry, environment, onLine, stopTimeout } = args;
  const own = kept.flatMap((name) => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  const child = spawn(
    process.execPath,
    ["--no-warnings", "-r", "./local/register.js", entry.replace(/\.js$/, ".ts")],
    {
      cwd: directory,
      env: { ...Object.fromEntries(own), ...environment },
      stdio: ["ignore", "pipe", "pipe"],
    },
  );
  let port: number | undefined;
  let isOver = false;
  for (const stream of [child.stdout, child.stderr])
    createInterface(stream).on("line", (text) => {
      const line = parsed(text);
      if (line.message === "started") port = Number(line.port);
      onLine(line);
    });
  const ended = new Promise<number | string>((end) => {
    child.once("error", (error) => end(error.message));
    child.once("close", (code, signal) => end(code ?? signal ?? "?"));
  }).finally(() => (isOver = true));
  return {
    pid: child.pid ?? 0,
    ended,
    async health() {
      if (port === undefined || isOver) return undefined;
      try {
        const answer = await fetch(`http://127.0.0.1:${port}/health`);
        return (await answer.json()) as TaskHealth;
      } catch {
        return undefined;
      }
    },
    async stop() {
      child.kill("SIGTERM");
      const limit = new AbortController();
      const late = pause(stopTimeout * 1000, limit.signal).then(() => child.kill("SIGKILL"));
      await ended;
      limit.abort();
      await late;
    },
    kill: () => void child.kill("SIGKILL"),
  };
}

function parsed(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null) return value as Record<string, unknown>;
  } catch {
    // Not every line is JSON.
  }
  return { level: "error", message: text };
}
