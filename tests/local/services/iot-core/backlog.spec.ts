import * as assert from "node:assert/strict";
import { createBacklog } from "../../../../local/services/iot-core/backlog";

/** Work that ends when the test says so. */
function heldWork() {
  const started: string[] = [];
  const ends = new Map<string, () => void>();
  const work = (item: string): Promise<void> => {
    started.push(item);
    return new Promise((resolve) => ends.set(item, resolve));
  };
  const end = async (item: string): Promise<void> => {
    ends.get(item)?.();
    await settled();
  };
  return { started, work, end };
}

/** Every promise that can go on has gone on. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe("backlog", () => {
  it("limits concurrent items, in order", async () => {
    const { started, work, end } = heldWork();
    const backlog = createBacklog({ work, concurrency: 2, capacity: 10 });
    await Promise.all(["a", "b", "c", "d"].map((item) => backlog.accept(item)));
    assert.deepEqual(started, ["a", "b"]);
    await end("b");
    assert.deepEqual(started, ["a", "b", "c"]);
  });

  it("accepts an item only when there is room for it", async () => {
    const { started, work, end } = heldWork();
    const backlog = createBacklog({ work, concurrency: 1, capacity: 2 });
    const taken: string[] = [];
    for (const item of ["a", "b", "c", "d"]) void backlog.accept(item).then(() => taken.push(item));
    await settled();
    assert.deepEqual(taken, ["a", "b"]);
    await end("a");
    assert.deepEqual(taken, ["a", "b", "c"]);
    assert.deepEqual(started, ["a", "b"]);
  });

  it("accepts items that its own work creates even when it is full", async () => {
    const { started, work, end } = heldWork();
    const backlog = createBacklog({ work, concurrency: 1, capacity: 1 });
    await backlog.accept("a");
    backlog.add("made by a");
    await end("a");
    assert.deepEqual(started, ["a", "made by a"]);
  });

  it("is idle when the last item is done, and before the first", async () => {
    const { work, end } = heldWork();
    const backlog = createBacklog({ work, concurrency: 1, capacity: 1 });
    await backlog.idle();
    await backlog.accept("a");
    void backlog.accept("b");
    let idle = false;
    const waiting = backlog.idle().then(() => (idle = true));
    await end("a");
    assert.equal(idle, false);
    await end("b");
    await waiting;
  });
});
