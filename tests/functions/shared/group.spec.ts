import * as fc from "fast-check";
import * as assert from "node:assert/strict";
import { groupBy } from "../../../functions/shared/group";

describe("groupBy", () => {
  it("puts items of one key together, keys and items in order", () =>
    assert.deepEqual(
      groupBy(["b1", "a1", "b2"], (item) => item.charAt(0)),
      [["b1", "b2"], ["a1"]],
    ));

  it("makes no group of nothing", () => assert.deepEqual(groupBy([], String), []));

  it("has groups for keys that every object has members of", () =>
    assert.deepEqual(groupBy(["__proto__", "constructor", "__proto__"], String), [
      ["__proto__", "__proto__"],
      ["constructor"],
    ]));

  it("loses and invents nothing, and parts what differs", () => {
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
