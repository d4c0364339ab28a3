import * as fc from "fast-check";
import * as assert from "node:assert/strict";
import { groupBy } from "../../../functions/shared/group";

describe("groupBy", () => {
  it("groups items by key, keys and items in order", () =>
    assert.deepEqual(
      groupBy(["b1", "a1", "b2"], (item) => item.charAt(0)),
      [["b1", "b2"], ["a1"]],
    ));

  it("returns no groups for no items", () => assert.deepEqual(groupBy([], String), []));

  it("supports keys named like members of Object.prototype", () =>
    assert.deepEqual(groupBy(["__proto__", "constructor", "__proto__"], String), [
      ["__proto__", "__proto__"],
      ["constructor"],
    ]));

  it("keeps every item once, in the group of its key", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.string(), fc.nat())), (items) => {
        const groups = groupBy(items, ([key]) => key);
        const keys = groups.map(([first]) => first[0]);
        assert.equal(new Set(keys).size, groups.length);
        for (const key of keys)
          assert.deepEqual(
            groups.find(([first]) => first[0] === key),
            items.filter(([of]) => of === key),
          );
        assert.equal(groups.flat().length, items.length);
      }),
    );
  });
});
