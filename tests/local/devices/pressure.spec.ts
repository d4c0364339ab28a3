import * as assert from "node:assert/strict";
import { createPressure } from "../../../local/devices/pressure";

describe("The pressure of a load", () => {
  /** A pressure with a limit of 10 and a patience of 5 s, whose queue and time a test sets. */
  function pressured() {
    const state = { depth: 0, time: 0, counts: 0 };
    const isHigh = createPressure({
      async waiting() {
        state.counts += 1;
        if (Number.isNaN(state.depth)) throw new Error("There is no such queue.");
        return state.depth;
      },
      ...{ most: 10, patienceMilliseconds: 5000, now: () => state.time },
    });
    const at = (time: number, depth: number): Promise<boolean> => {
      Object.assign(state, { time, depth });
      return isHigh();
    };
    return { state, at };
  }

  it("is high while more messages than the limit wait in a queue", async () => {
    const { at } = pressured();
    assert.equal(await at(0, 10), false);
    assert.equal(await at(1000, 11), true);
    assert.equal(await at(2000, 10), false);
  });

  it("is counted once a second", async () => {
    const { state, at } = pressured();
    assert.equal(await at(0, 11), true);
    assert.equal(await at(999, 0), true);
    assert.equal(state.counts, 1);
    assert.equal(await at(1000, 0), false);
    assert.equal(state.counts, 2);
  });

  it("is no longer high when nothing has arrived for a while, and again when something arrives", async () => {
    const { at } = pressured();
    assert.equal(await at(0, 30), true);
    assert.equal(await at(4999, 30), true);
    assert.equal(await at(6000, 30), false);
    assert.equal(await at(7000, 29), true);
  });

  it("is not high where the queues cannot be counted", async () => {
    const { at } = pressured();
    assert.equal(await at(0, 11), true);
    assert.equal(await at(1000, NaN), false);
  });
});
