import * as assert from "node:assert/strict";
import { fold } from "../../../local/report/fold";

describe("a line that is folded", () => {
  it("stays as it is if it fits, or where there is no width", () => {
    assert.deepEqual(fold("one two", 7), ["one two"]);
    assert.deepEqual(fold("one two"), ["one two"]);
    assert.deepEqual(fold("", 7), [""]);
  });

  it("breaks at spaces, and is indented from the second line on", () => {
    assert.deepEqual(fold("one two three four", 8), ["one two", "  three", "  four"]);
  });

  it("breaks within a word that is too long", () => {
    assert.deepEqual(fold("abcdefghij", 6), ["abcdef", "  ghij"]);
  });
});
