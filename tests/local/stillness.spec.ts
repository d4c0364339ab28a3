import * as assert from "node:assert/strict";
import type { RecordedResource } from "../../local/program";
import { patienceSeconds, waitUntilStill } from "../../local/stillness";
import { createTrace } from "../../local/trace";

const never = (): Promise<never> => new Promise(() => undefined);
const event = { kind: "warning", part: "test", message: "Something happened." } as const;

describe("waiting until no message is in flight", () => {
  it("waits for the deployment, then for the acknowledgements to the devices", async () => {
    const seen: string[] = [];
    const still = await waitUntilStill({
      deployment: { resources: [], idle: async () => void seen.push("idle") },
      fleet: { caughtUp: async () => void seen.push("caught up") },
      trace: createTrace(),
    });
    assert.deepEqual([still, seen], [true, ["idle", "caught up"]]);
  });

  it("times out when nothing has moved for a while", async () => {
    const still = await waitUntilStill({
      deployment: { resources: [], idle: never },
      fleet: { caughtUp: never },
      trace: createTrace(),
      timeoutMilliseconds: 10,
    });
    assert.equal(still, false);
  });

  it("waits as long as something moves", async () => {
    const trace = createTrace();
    const moving = (async () => {
      for (let count = 0; count < 30; count += 1) {
        await new Promise((later) => setTimeout(later, 10));
        trace.emit(event);
      }
    })();
    const still = await waitUntilStill({
      deployment: { resources: [], idle: () => moving },
      fleet: { caughtUp: async () => undefined },
      trace,
      timeoutMilliseconds: 200,
    });
    assert.equal(still, true);
  });

  it("fails with the deployment", async () => {
    await assert.rejects(
      waitUntilStill({
        deployment: {
          resources: [],
          idle: () => Promise.reject(new Error("The mapping has stopped.")),
        },
        fleet: { caughtUp: never },
        trace: createTrace(),
      }),
      { message: "The mapping has stopped." },
    );
  });

  it("has a minute more patience than any queue hides a message", () => {
    const queue = (visibilityTimeoutSeconds?: number) =>
      ({
        type: "aws:sqs/queue:Queue",
        plain: { visibilityTimeoutSeconds },
      }) as unknown as RecordedResource;
    assert.equal(patienceSeconds([queue(30), queue(360), queue()]), 420);
    assert.equal(patienceSeconds([queue()]), 240);
    assert.equal(patienceSeconds([]), 240);
  });
});
