import * as assert from "node:assert/strict";
import { createBatcher } from "../../../../local/services/delivery/batcher";
import { createConcurrencyLimit } from "../../../../local/services/delivery/concurrency-limit";

describe("batcher", () => {
  const make = (refuse: (item: string) => boolean = () => false) => {
    const calls: string[][] = [];
    const open: (() => void)[] = [];
    const add = createBatcher<string>({
      most: 3,
      heaviest: 10,
      weigh: (text) => text.length,
      async send(items) {
        calls.push(items);
        await new Promise<void>((resolve) => open.push(resolve));
        if (items.includes("broken")) throw new Error("down");
        return new Map(items.flatMap((item, place) => (refuse(item) ? [[place, "no"]] : [])));
      },
    });
    /** Ends the call under way, and lets the next begin. */
    const end = async (): Promise<void> => {
      open.shift()?.();
      await new Promise((resolve) => setImmediate(resolve));
    };
    return { calls, add, end };
  };

  it("sends concurrent items in one call, and the rest in the next calls", async () => {
    const { calls, add, end } = make();
    const first = Promise.all(["a", "b", "c", "d"].map(add));
    await end();
    assert.deepEqual(calls, [["a", "b", "c"]]);
    await end();
    const second = add("e");
    await end();
    await end();
    await Promise.all([first, second]);
    assert.deepEqual(calls, [["a", "b", "c"], ["d"], ["e"]]);
  });

  it("waits for more items while a call is not full, if it has time to linger", async () => {
    const calls: string[][] = [];
    const add = createBatcher<string>({
      most: 3,
      lingerMilliseconds: 5,
      send: async (items) => {
        calls.push(items);
        return new Map();
      },
    });
    const first = add("a");
    // The next turn of the event loop, in which a batcher that does not linger has sent the first item.
    await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual(calls, []);
    await Promise.all([first, add("b")]);
    assert.deepEqual(calls, [["a", "b"]]);
    await Promise.all(["c", "d", "e"].map(add));
    assert.deepEqual(calls[1], ["c", "d", "e"]);
  });

  it("limits the bytes of a call, and sends an oversized item alone", async () => {
    const { calls, add, end } = make();
    const all = Promise.all(["1234567", "12345", "123456789012", "1"].map(add));
    for (let call = 0; call < 5; call++) await end();
    await all;
    assert.deepEqual(calls, [["1234567"], ["12345"], ["123456789012"], ["1"]]);
  });

  it("rejects the items that are refused, and no others", async () => {
    const { add, end } = make((item) => item === "b");
    const results = Promise.allSettled(["a", "b", "c"].map(add));
    await end();
    await end();
    assert.deepEqual(
      (await results).map(({ status }) => status),
      ["fulfilled", "rejected", "fulfilled"],
    );
  });

  it("rejects all items of a call that fails, and goes on", async () => {
    const { add, end } = make();
    const results = Promise.allSettled(["a", "broken", "c", "d"].map(add));
    for (let call = 0; call < 3; call++) await end();
    assert.deepEqual(
      (await results).map(({ status }) => status),
      ["rejected", "rejected", "rejected", "fulfilled"],
    );
  });
});

describe("the concurrency limit", () => {
  it("limits concurrent calls, in order, regardless of failures", async () => {
    const limit = createConcurrencyLimit(2);
    const entered: number[] = [];
    const leave: (() => void)[] = [];
    let inside = 0;
    let most = 0;
    const work = (number: number): Promise<void> =>
      limit(async () => {
        entered.push(number);
        most = Math.max(most, ++inside);
        await new Promise<void>((resolve) => leave.push(resolve));
        inside--;
        if (number === 1) throw new Error("failed");
      });
    const all = Promise.allSettled([1, 2, 3, 4, 5].map(work));
    for (let turn = 0; turn < 5; turn++) {
      await new Promise((resolve) => setImmediate(resolve));
      leave.shift()?.();
    }
    await all;
    assert.deepEqual([entered, most, inside], [[1, 2, 3, 4, 5], 2, 0]);
  });
});
