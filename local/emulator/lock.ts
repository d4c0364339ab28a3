import * as fs from "node:fs";
import * as path from "node:path";
import { ownFolder } from "../own-folder";
import { signalGroup } from "./process-group";

interface Holder {
  /** The process of the run. */
  pid: number;
  /** The process group that it started and has to end. */
  processGroup?: number;
}

export interface Lock {
  /** Records the process group to end if this process is killed. */
  owns(processGroup: number): void;
  release(): void;
}

/**
 * Allows one run at a time per checkout: a second would use the first one's files. Takes over the lock of a run that was killed, and
 * ends the emulator that it left behind.
 */
export function acquireLock(directory: string): Lock {
  const file = path.join(ownFolder(directory), "run.lock");
  const mine: Holder = { pid: process.pid };
  if (!create(file, mine)) takeOver(file, mine, directory);
  return {
    owns: (processGroup) => replace(file, { ...mine, processGroup }),
    release: () => {
      if (read(file)?.pid === process.pid) fs.rmSync(file, { force: true });
    },
  };
}

/**
 * A second lock guards the decision about the first: of two processes that find the same dead run, the later would otherwise remove the
 * earlier one's lock.
 */
function takeOver(file: string, mine: Holder, directory: string): void {
  refuseIfHeld(file);
  const turn = `${file}.turn`;
  if (!create(turn, mine)) {
    const other = read(turn);
    // Held for a moment only; a process killed meanwhile costs the next run one more start.
    if (!other || !isAlive(other.pid)) fs.rmSync(turn, { force: true });
    throw new Error(
      "Another local run is starting in this folder at this moment: start again when it has ended.",
    );
  }
  try {
    const left = refuseIfHeld(file);
    if (left?.processGroup !== undefined) endLeftover(left.processGroup, directory);
    replace(file, mine);
  } finally {
    fs.rmSync(turn, { force: true });
  }
}

/** Returns the holder if it no longer runs and the file names it. */
function refuseIfHeld(file: string): Holder | undefined {
  const holder = read(file);
  if (holder && holder.pid !== process.pid && isAlive(holder.pid))
    throw new Error(
      `The local run is already running in this folder, as process ${holder.pid}: end it with Ctrl-C, or use another checkout.`,
    );
  return holder;
}

/**
 * Creates the file with its content at once; returns false if it exists. The file system decides between two that start at the same
 * time.
 */
function create(file: string, holder: Holder): boolean {
  const draft = write(file, holder);
  try {
    fs.linkSync(draft, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  } finally {
    fs.rmSync(draft);
  }
}

const replace = (file: string, holder: Holder): void => fs.renameSync(write(file, holder), file);

function write(file: string, holder: Holder): string {
  const draft = `${file}.${process.pid}`;
  fs.writeFileSync(draft, JSON.stringify(holder));
  return draft;
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

/** Process ids are reused: only a process from this checkout's own environment is ended. */
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
