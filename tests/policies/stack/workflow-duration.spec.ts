import * as assert from "node:assert/strict";
import { longestSeconds } from "../../../policies/stack/workflow-duration";
import { placeIn } from "../../support/policy";

type State = Record<string, unknown>;
const secondsOf = (States: Record<string, State>, StartAt: unknown = "A") =>
  longestSeconds(placeIn({ StartAt, States }));
const task = (TimeoutSeconds?: number, more: State = {}): State => ({
  Type: "Task",
  ...(TimeoutSeconds !== undefined && { TimeoutSeconds }),
  ...more,
});
const retried = (...Retry: State[]) => secondsOf({ A: task(10, { Retry }) });

describe("The longest execution of a state machine", () => {
  for (const [what, state, seconds] of [
    ["a choice", { Type: "Choice" }, 0],
    ["a failure", { Type: "Fail" }, 0],
    ["a state that passes its input", { Type: "Pass" }, 0],
    ["a success", { Type: "Succeed" }, 0],
    ["a wait", { Type: "Wait", Seconds: 7 }, 7],
    ["no wait", { Type: "Wait", Seconds: 0 }, 0],
    ["a wait of less than nothing", { Type: "Wait", Seconds: -1 }, undefined],
    ["a task", task(10), 10],
    ["a task without a timeout", task(), undefined],
    ["a task without a timeout that retries", task(undefined, { Retry: [{}] }), undefined],
    ["a map", { Type: "Map" }, undefined],
    ["no type", {}, undefined],
    ["no branches", { Type: "Parallel" }, 0],
  ] as [string, State, number | undefined][])
    it(`of ${what} takes ${seconds ?? "an unknown number of"} s`, () =>
      assert.equal(secondsOf({ A: state }), seconds));

  for (const [what, retry, seconds] of [
    ["three waits of 1, 2 and 4 s by default", [{}], 47],
    ["no attempts", [{ MaxAttempts: 0 }], 10],
    ["attempts of less than nothing as the default", [{ MaxAttempts: -1 }], 47],
    ["one attempt", [{ MaxAttempts: 1, IntervalSeconds: 5 }], 25],
    ["an interval of 0 s as 1 s", [{ MaxAttempts: 1, IntervalSeconds: 0 }], 21],
    ["a rate under 1 as 1", [{ MaxAttempts: 2, BackoffRate: 0.5 }], 32],
    ["a rate of 3", [{ MaxAttempts: 2, BackoffRate: 3 }], 34],
    ["a longest wait", [{ MaxAttempts: 3, MaxDelaySeconds: 2 }], 45],
    ["a longest wait of 0 s", [{ MaxAttempts: 2, MaxDelaySeconds: 0 }], 30],
    ["all retriers", [{ MaxAttempts: 1 }, { MaxAttempts: 1 }], 32],
    ["a million seconds", [{ MaxAttempts: 1, IntervalSeconds: 999_980 }], 1_000_000],
    ["more as without end", [{ MaxAttempts: 1, IntervalSeconds: 999_981 }], Infinity],
  ] as [string, State[], number][])
    it(`counts ${what}`, () => assert.equal(retried(...retry), seconds));

  for (const [what, first] of Object.entries<State>({
    Next: { Type: "Pass", Next: "B" },
    Default: { Type: "Choice", Choices: [{ Next: "C" }], Default: "B" },
    Choices: { Type: "Choice", Choices: [{ Next: "C" }, { Next: "B" }], Default: "C" },
    Catch: { Type: "Pass", Catch: [{}, { Next: "B" }], Next: "C" },
  }))
    it(`follows ${what}`, () => {
      assert.equal(secondsOf({ A: first, B: task(10), C: task(1) }), 10);
      assert.equal(secondsOf({ A: first, B: task(), C: task(1) }), undefined);
      assert.equal(
        secondsOf({ A: first, B: task(10), C: task() }),
        first.Next === "B" ? 10 : undefined,
      );
      assert.equal(
        secondsOf({ A: { ...first, Type: "Task" }, B: task(10), C: task(1) }),
        undefined,
      );
    });

  it("is that of the longest branch, if all are known", () => {
    const branches = (...Branches: (number | undefined)[]) =>
      secondsOf({
        A: {
          Type: "Parallel",
          Branches: Branches.map((seconds) => ({ StartAt: "B", States: { B: task(seconds) } })),
        },
      });
    assert.equal(branches(3, 10, 5), 10);
    assert.equal(branches(undefined, 10), undefined);
    assert.equal(branches(10, undefined), undefined);
  });

  it("has no end in a loop", () => {
    const loop = { A: { Type: "Pass", Next: "B" }, B: { Type: "Wait", Seconds: 1, Next: "A" } };
    assert.equal(secondsOf(loop), Infinity);
  });

  it("is not known without a first state, or deeper than 20 branches", () => {
    assert.equal(secondsOf({ A: task(1) }, 7), undefined);
    assert.equal(longestSeconds(placeIn({ States: { undefined: task(1) } })), undefined);
    assert.equal(secondsOf({ A: task(1) }, "B"), undefined);
    const nested = (depth: number) => {
      let machine: State = { StartAt: "A", States: { A: task(1) } };
      for (let left = depth; left > 0; left -= 1)
        machine = { StartAt: "A", States: { A: { Type: "Parallel", Branches: [machine] } } };
      return longestSeconds(placeIn(machine));
    };
    assert.equal(nested(20), 1);
    assert.equal(nested(21), undefined);
  });
});
