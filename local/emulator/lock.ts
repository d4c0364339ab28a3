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
  if (!create(file, mine)) takeOver(file, mine, directory);
  return {
    owns: (processGroup) => replace(file, { ...mine, processGroup }),
    release: () => {
      if (read(file)?.pid === process.pid) fs.rmSync(file, { force: true });
    },
  };
}

/** Only who holds a second lock judges the first: of two that find the same dead run, the later would remove the earlier one's lock. */
function takeOver(file: string, mine: Holder, directory: string): void {
  refuseIfHeld(file);
  const turn = `${file}.turn`;
  if (!create(turn, mine)) {
    const other = read(turn);
    // Held for a moment only; whoever is killed in it costs the next run one more start.
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

/** Gives the holder that runs no more, if the file tells. */
function refuseIfHeld(file: string): Holder | undefined {
  const holder = read(file);
  if (holder && holder.pid !== process.pid && isAlive(holder.pid))
    throw new Error(
      `The local run is already running in this folder, as process ${holder.pid}: end it with Ctrl-C, or use another checkout.`,
    );
  return holder;
}

/** False if the file is there: the file system decides between two that start at once. Nobody ever sees the file without its content. */
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
