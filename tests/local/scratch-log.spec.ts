import * as assert from "node:assert/strict";
import { openScratchLog } from "../../local/scratch-log";

describe("a scratch log", () => {
  it("keeps every value in order, whatever its text", () => {
    const log = openScratchLog<unknown>();
    const values = [{ a: "ü\n" }, [], "", null, 5, { long: "x".repeat(100_000) }];
    for (const value of values) log.append(value);
    assert.equal(log.length, values.length);
    assert.deepEqual(log.all(), values);
    assert.deepEqual(log.at(0), { a: "ü\n" });
    log.close();
  });

  it("is separate from every other one, and empty at first", () => {
    const [one, other] = [openScratchLog<number>(), openScratchLog<number>()];
    one.append(1);
    assert.deepEqual([one.all(), other.all()], [[1], []]);
    one.close();
    other.close();
  });

  it("has nothing beyond its end", () => {
    const log = openScratchLog<number>();
    assert.throws(() => log.at(0), { message: "There is no number 0." });
    log.close();
  });
});
