import { ChildProcess } from "node:child_process";
import { Server, Socket } from "node:net";

/** Describes the open handles of this process, such as sockets, servers and child processes. */
export function keptRunningBy(): string {
  const handles = openHandles().map(describe);
  // Handles do not include timers, requests and what native modules keep.
  const resources = process.getActiveResourcesInfo();
  return [...new Set([...handles, ...resources])].join(", ") || "nothing that Node.js knows of";
}

/** Node.js has no documented function that returns the handles themselves. */
const openHandles = (): unknown[] =>
  (process as unknown as { _getActiveHandles(): unknown[] })._getActiveHandles();

function describe(handle: unknown): string {
  if (handle instanceof ChildProcess)
    return `process ${handle.pid} (${handle.spawnargs.join(" ").slice(0, 100)})`;
  if (handle instanceof Server) return `server ${JSON.stringify(handle.address())}`;
  if (handle instanceof Socket) {
    const { localPort, remoteAddress, remotePort } = handle;
    return remotePort === undefined
      ? "a pipe or closed socket"
      : `socket from port ${localPort} to ${remoteAddress}:${remotePort}`;
  }
  return String((handle as object).constructor.name);
}
