import * as fs from "node:fs";
import * as path from "node:path";
import { signalGroup } from "./process-group";

interface Holder {
  /** The process that runs. */
  pid: number;
  /** What it started and would have ended. */
  processGroup?: number;
}

export interface Lock {
  /** Notes what to end if this process is killed and cannot. */
  owns(processGroup: number): void;
  release(): void;
}

/**
 * One run at a time per checkout: a second would take the first one's files. The lock of a run that was killed is taken over,
 * and the emulator that it left behind is ended.
 */
export function acquireLock(directory: string): Lock {
  const file = path.join(directory, ".local", "run.lock");
  fs.mkdirSync(path.dirname(file), { recursive: true });
  const mine: Holder = { pid: process.pid };
  if (!create(file, mine)) {
    const holder = read(file);
    if (holder && holder.pid !== process.pid && isAlive(holder.pid))
      throw new Error(
        `The local run is already running in this folder, as process ${holder.pid}: end it with Ctrl-C, or use another checkout.`,
      );
    if (holder?.processGroup !== undefined) endLeftover(holder.processGroup, directory);
    fs.rmSync(file, { force: true });
    if (!create(file, mine))
      throw new Error("Another local run is starting in this folder at this moment: wait for it.");
  }
  return {
    owns: (processGroup) => fs.writeFileSync(file, JSON.stringify({ ...mine, processGroup })),
    release: () => {
      if (read(file)?.pid === process.pid) fs.rmSync(file, { force: true });
    },
  };
}

/** False if the file is there: the file system decides between two that start at once. */
function create(file: string, holder: Holder): boolean {
  try {
    fs.writeFileSync(file, JSON.stringify(holder), { flag: "wx" });
    return true;
  } catch {
    return false;
  }
}

function read(file: string): Holder | undefined {
  try {
    return JSON.parse(fs.readFileSync(file, "utf8")) as Holder;
  } catch {
    return undefined;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Process ids are given again: only what runs from this checkout's own environment is ours to end. */
function endLeftover(processGroup: number, directory: string): void {
  let command: string;
  try {
    command = fs.readFileSync(`/proc/${processGroup}/cmdline`, "utf8");
  } catch {
    return;
  }
  if (command.includes(path.join(directory, ".local", "venv")))
    signalGroup(processGroup, "SIGKILL");
}
