import * as assert from "node:assert/strict";
import { createRecentItems } from "../../../functions/stream-to-fargate/recent-items";

const itemOf = (kilobytes: number) => ({ ids: "x".repeat(kilobytes * 1000 - 2000), revision: 1 });
const names = (count: number) => Array.from({ length: count }, (_, nth) => `item-${nth}`);

describe("The items that a task remembers", () => {
  const kept = (items: ReturnType<typeof createRecentItems>, count: number) =>
    names(count).filter((name) => items.get(name) !== undefined);

  it("are the last ones of so many bytes: few large ones, or many small ones", () => {
    const large = createRecentItems(1_000_000);
    for (const name of names(2000)) large.set(name, itemOf(240));
    assert.deepEqual(kept(large, 2000), ["item-1996", "item-1997", "item-1998", "item-1999"]);
    const small = createRecentItems(1_000_000);
    for (const name of names(2000)) small.set(name, itemOf(2));
    assert.equal(kept(small, 2000).length, 500);
  });

  it("do not lose others when one is written again or forgotten", () => {
    const items = createRecentItems(10_000);
    for (const name of ["item-0", "item-1"]) items.set(name, itemOf(5));
    for (let times = 0; times < 5; times++) items.set("item-0", itemOf(5));
    assert.deepEqual(kept(items, 2), ["item-0", "item-1"]);
    items.delete("item-0");
    items.delete("item-0");
    items.set("item-2", itemOf(5));
    assert.deepEqual(kept(items, 3), ["item-1", "item-2"]);
  });

  it("do not have an item that is larger than all of them may be", () => {
    const items = createRecentItems(10_000);
    items.set("item-0", itemOf(11));
    assert.equal(items.get("item-0"), undefined);
    items.set("item-1", itemOf(10));
    assert.ok(items.get("item-1"));
  });
});
