import * as assert from "node:assert/strict";
import { createNumberList, createTextNumbers } from "../../local/number-list";

describe("a list of numbers", () => {
  it("keeps every number in its place, over many chunks", () => {
    const list = createNumberList("any");
    const numbers = Array.from({ length: 10_000 }, (_, index) => index + 1.5);
    for (const number of numbers) list.push(number);
    list.set(5000, -1);
    assert.equal(list.length, 10_000);
    assert.deepEqual(
      numbers.map((_, index) => list.at(index)),
      numbers.map((number, index) => (index === 5000 ? -1 : number)),
    );
  });

  it("keeps integers up to four bytes", () => {
    const list = createNumberList("integer");
    list.push(4_294_967_295);
    assert.equal(list.at(0), 4_294_967_295);
  });

  it("has nothing beyond its end", () => {
    const list = createNumberList("integer");
    list.push(1);
    assert.throws(() => list.at(1), { message: "There is no number 1." });
    assert.throws(() => list.set(-1, 1), { message: "There is no number -1." });
  });
});

describe("numbers of texts", () => {
  it("are the same for the same text, and lead back to it", () => {
    const texts = createTextNumbers();
    assert.deepEqual(["a", "b", "a"].map(texts.numberOf), [0, 1, 0]);
    assert.equal(texts.textOf(1), "b");
  });
});
