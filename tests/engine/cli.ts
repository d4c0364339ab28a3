import { type ChildProcess, spawn } from "node:child_process";

/** A Pulumi command that has ended. */
export interface Ended {
  /** Null when it was ended from outside. */
  code: number | null;
  stdout: string;
  stderr: string;
}

interface Where {
  cwd: string;
  env: NodeJS.ProcessEnv;
  /** Then the command and what it started are ended. */
  timeoutMs: number;
}

const running = new Set<ChildProcess>();

/**
 * Runs the CLI that the npm package `pulumi` brings, without a terminal and without a question.
 * @needs engine
 */
export function pulumi(args: string[], { cwd, env, timeoutMs }: Where): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const command = [require.resolve("pulumi/run.js"), ...args, "--non-interactive"];
    // A process group of its own, so that language hosts, analyzers and providers end with it.
    const child = spawn(process.execPath, command, { cwd, env, detached: true });
    running.add(child);
    const ended: Ended = { code: null, stdout: "", stderr: "" };
    child.stdout.setEncoding("utf8").on("data", (text: string) => (ended.stdout += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => (ended.stderr += text));
    const timer = setTimeout(() => end(child), timeoutMs);
    child.on("error", reject).on("close", (code) => {
      clearTimeout(timer);
      running.delete(child);
      resolve({ ...ended, code });
    });
  });
}

/** Ends every command that still runs, with all that it started. */
export function endAll(): void {
  running.forEach(end);
}

process.on("exit", endAll);

function end(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, "SIGKILL");
  } catch {
    // It has ended by itself.
  }
}

/**
 * Why the engine cannot be run on this machine, or undefined. The first run of the npm package downloads the CLI, for
 * which it has three minutes.
 */
export async function missing(
  env: NodeJS.ProcessEnv = process.env,
  timeoutMs = 180_000,
): Promise<string | undefined> {
  const { code, stderr } = await pulumi(["version"], { cwd: __dirname, env, timeoutMs });
  if (code === 0) return undefined;
  const said = code === null ? `no answer in ${timeoutMs / 1000} s` : stderr.trim();
  return `the Pulumi CLI is neither installed nor can it be downloaded (${said})`;
}
