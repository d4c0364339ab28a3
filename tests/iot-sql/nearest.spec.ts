import * as assert from "node:assert/strict";
import { nearest } from "../../iot-sql/nearest";

describe("the nearest of some words", () => {
  const known = ["upper", "lower", "length", "abs", "timestamp"];
  const rows: readonly [word: string, found: string | undefined][] = [
    ["uper", "upper"],
    ["lenght", "length"],
    ["timestmap", "timestamp"],
    ["timestampp", "timestamp"],
    ["loper", "lower"],
    ["asb", "abs"],
    ["ab", undefined],
    ["xyz", undefined],
    ["", undefined],
    ["x".repeat(100_000), undefined],
  ];
  for (const [word, found] of rows) {
    it(`to '${word.slice(0, 20)}' is ${found ?? "none"}`, () => {
      assert.equal(nearest(word, known), found);
    });
  }
});
