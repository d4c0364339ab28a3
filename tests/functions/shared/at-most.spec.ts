import * as assert from "node:assert/strict";
import { forEachAtMost } from "../../../functions/shared/at-most";

/** Runs for numbers below `count`; returns the order of starts, and the most that ran at the same time. */
async function run(mostAtOnce: number, count: number) {
  const started: number[] = [];
  let [running, most] = [0, 0];
  const items = Array.from({ length: count }, (_, index) => index);
  await forEachAtMost(mostAtOnce, items, async (item) => {
    started.push(item);
    running += 1;
    most = Math.max(most, running);
    await new Promise(setImmediate);
    running -= 1;
  });
  return { started, most };
}

describe("forEachAtMost", () => {
  it("works on each item once, in order, with no more than the given number at once", async () => {
    assert.deepEqual(await run(3, 10), { started: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9], most: 3 });
    assert.deepEqual(await run(1, 3), { started: [0, 1, 2], most: 1 });
    assert.deepEqual(await run(5, 2), { started: [0, 1], most: 2 });
    assert.deepEqual(await run(5, 0), { started: [], most: 0 });
  });

  it("rejects with the first error", async () => {
    await assert.rejects(
      forEachAtMost(2, [1, 2, 3], (item) => Promise.reject(new Error(`item ${item}`))),
      { message: "item 1" },
    );
  });
});
