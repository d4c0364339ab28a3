import * as assert from "node:assert/strict";
import * as Mocha from "mocha";
import { extendTimeouts } from "./timeouts";

describe("the timeouts of tests in a shard", () => {
  it("are four times those that they ask for, once, and none where none is asked for", async () => {
    const seen: number[] = [];
    const note = function (this: Mocha.Context): void {
      seen.push(this.timeout());
    };
    const mocha = new Mocha({
      timeout: 1_000,
      reporter: class {
        constructor(runner: Mocha.Runner) {
          extendTimeouts(runner);
        }
      } as never,
    });
    mocha.suite.beforeEach(note);
    for (const timeout of [500, 0]) {
      const test = new Mocha.Test(`asks for ${timeout}`, note);
      mocha.suite.addTest(test);
      test.timeout(timeout);
    }
    mocha.suite.addTest(new Mocha.Test("asks for nothing", note));
    mocha.suite.addTest(
      new Mocha.Test("asks for 300 when it runs", function (this: Mocha.Context) {
        this.timeout(300);
        note.call(this);
      }),
    );
    assert.equal(await new Promise((ended) => mocha.run(ended)), 0);
    assert.deepEqual(seen, [4_000, 2_000, 4_000, 0, 4_000, 4_000, 4_000, 1_200]);
  });
});
