import * as assert from "node:assert/strict";
import { healthOf, healthPath, serveHealth } from "../../../functions/stream-to-fargate/health";
import { createFakeClock } from "./fake-clock";

describe("The health of a task", () => {
  it("is good while it renews its leases, and names its shards", async () => {
    const clock = createFakeClock();
    const progress = { caughtUp: 0, behindMilliseconds: () => 1.4 };
    const worker = {
      renewed: 0,
      progress: () => new Map([["shard-1", progress]]),
      unread: () => new Map([["shard-2", 0]]),
    };
    const health = () => healthOf({ task: "one", worker, clock, leaseMilliseconds: 20_000 });
    const served = await serveHealth(0, health);
    const ask = async (path: string, method = "GET") => {
      const answer = await fetch(`http://127.0.0.1:${served.port}${path}`, { method });
      return [answer.status, await answer.text()];
    };
    try {
      const shards = (ago: number) => ({
        "shard-1": { behindMilliseconds: 1, caughtUpMilliseconds: ago },
      });
      assert.deepEqual(await ask(healthPath), [
        200,
        JSON.stringify({
          ...{ healthy: true, task: "one", shards: shards(0) },
          unread: { "shard-2": 0 },
        }),
      ]);
      await clock.advance(60_001);
      assert.deepEqual(await ask(healthPath), [
        503,
        JSON.stringify({
          ...{ healthy: false, task: "one", shards: shards(60_001) },
          unread: { "shard-2": 60_001 },
        }),
      ]);
      assert.deepEqual(await ask("/"), [404, ""]);
      assert.deepEqual(await ask(healthPath, "POST"), [404, ""]);
    } finally {
      await served.stop();
    }
  });
});
