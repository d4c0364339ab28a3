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

describe("the nearest of words that resemble each other", () => {
  const rows: readonly [word: string, known: readonly string[], found: string | undefined][] = [
    ["lower", ["lower", "lowar"], "lower"],
    ["lowor", ["lowxx", "lower"], "lower"],
    ["loxer", ["lower", "loser"], "lower"],
    ["loxer", ["loser", "lower"], "loser"],
    ["lenght", ["lengh", "length"], "lengh"],
    ["badcfe", ["abcdef"], undefined],
    ["badcef", ["abcdef"], "abcdef"],
    ["aac", ["acb"], undefined],
  ];
  for (const [word, known, found] of rows) {
    it(`to '${word}' of ${known.join(" and ")} is ${found ?? "none"}`, () => {
      assert.equal(nearest(word, known), found);
    });
  }

  // A comparison of the two would take minutes.
  it("is none, without a comparison, if their lengths differ too much", () => {
    assert.equal(nearest("x".repeat(100_000), ["y".repeat(50_000)]), undefined);
  });
});
