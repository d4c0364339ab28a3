import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Clock } from "./clock";
import type { Worker } from "./worker";

/** What the endpoint answers. */
export interface Health {
  /** The answer's status is 200 if it is true, and 503 otherwise. */
  healthy: boolean;
  task: string;
  /** By the shards that the task reads: how far it is behind, and how long ago a read began after which nothing was left. */
  shards: Record<string, { behindMilliseconds: number; caughtUpMilliseconds: number | null }>;
  /** For how many milliseconds the task has seen that no task reads a shard, by the shards that can be read. */
  unread: Record<string, number>;
}

export const healthPath = "/health";

export interface HealthArgs {
  task: string;
  worker: Pick<Worker, "progress" | "renewed" | "unread">;
  clock: Clock;
  leaseMilliseconds: number;
}

/**
 * A task is healthy while it renews its leases. A store that fails does not make it unhealthy: a new task would meet the same store, and
 * every call has a timeout.
 */
export function healthOf({ task, worker, clock, leaseMilliseconds }: HealthArgs): Health {
  const now = clock.now();
  return {
    healthy: now - worker.renewed <= 3 * leaseMilliseconds,
    task,
    shards: Object.fromEntries(
      [...worker.progress()].map(([shardId, { caughtUp, behindMilliseconds }]) => [
        shardId,
        {
          behindMilliseconds: Math.round(behindMilliseconds()),
          caughtUpMilliseconds: caughtUp === undefined ? null : Math.round(now - caughtUp),
        },
      ]),
    ),
    unread: Object.fromEntries(
      [...worker.unread()].map(([shardId, since]) => [shardId, Math.round(now - since)]),
    ),
  };
}

/** Serves `GET /health` within the task; nothing outside of it reaches the port. */
export async function serveHealth(
  port: number,
  health: () => Health,
): Promise<{ port: number; stop(): Promise<void> }> {
  const server = createServer((request, response) => {
    if (request.method !== "GET" || request.url !== healthPath) {
      response.writeHead(404).end();
      return;
    }
    const found = health();
    response
      .writeHead(found.healthy ? 200 : 503, { "content-type": "application/json" })
      .end(JSON.stringify(found));
  });
  await new Promise<void>((listening, failed) => {
    server.once("error", failed).listen(port, "127.0.0.1", listening);
  });
  return {
    port: (server.address() as AddressInfo).port,
    stop: () =>
      new Promise((stopped) => {
        server.close(() => stopped());
        server.closeAllConnections();
      }),
  };
}
