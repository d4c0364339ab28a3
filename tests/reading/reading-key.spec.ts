import * as fc from "fast-check";
import * as assert from "node:assert/strict";
import { readingKeysBetween } from "../../reading/reading-key";
import { readingKeyOf } from "./stored";

/** Times that a key has: 13 digits. */
const time = fc.integer({ min: 1_000_000_000_000, max: 9_999_999_999_999 });

describe("the keys of readings", () => {
  it("lie between two times exactly if their own time does, both included", () =>
    fc.assert(
      fc.property(time, time, time, fc.uint8Array(), (from, to, own, bytes) => {
        const { lowest, highest } = readingKeysBetween(from, to);
        for (const at of [own, from, to]) {
          const key = readingKeyOf(at, bytes);
          assert.equal(key >= lowest && key <= highest, at >= from && at <= to);
        }
      }),
    ));

  it("lie between all times, of whatever length", () =>
    fc.assert(
      fc.property(time, fc.uint8Array(), (at, bytes) => {
        const { lowest, highest } = readingKeysBetween(0, 8_640_000_000_000_000);
        const key = readingKeyOf(at, bytes);
        assert.ok(key >= lowest && key <= highest);
        assert.ok(!(key <= readingKeysBetween(0, 999).highest));
      }),
    ));
});
