import { execFileSync } from "node:child_process";

/** Ends a process and everything below it by force, also what leads a group of its own. */
export function endTree(root: number): void {
  [...descendants(root), root].forEach(endProcess);
}

export function endProcess(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It has ended meanwhile.
  }
}

/** The processes below one, the nearest first. */
export function descendants(root: number): number[] {
  // POSIX: on Linux and macOS alike.
  const table = execFileSync("ps", ["-A", "-o", "pid=,ppid="], { encoding: "utf8" });
  const children = new Map<number, number[]>();
  for (const line of table.trim().split("\n")) {
    const [pid = 0, parent = 0] = line.trim().split(/\s+/).map(Number);
    children.set(parent, [...(children.get(parent) ?? []), pid]);
  }
  const below = [...(children.get(root) ?? [])];
  // An array goes on to what is added to it meanwhile.
  for (const pid of below) below.push(...(children.get(pid) ?? []));
  return below;
}
