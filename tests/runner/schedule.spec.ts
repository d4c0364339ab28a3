import * as assert from "node:assert/strict";
import type { Kind } from "./kinds";
import { createSchedule, type Schedule, type Spec } from "./schedule";

describe("the order of specs", () => {
  const spec = (kind: Kind, seconds: number): Spec => ({
    file: `${kind} ${seconds}`,
    kind,
    milliseconds: seconds * 1000,
  });
  const scheduleOf = (...specs: Spec[]): ((shard: number) => string | undefined) => {
    const schedule: Schedule = createSchedule(specs);
    return (shard) => schedule.next(shard)?.file;
  };

  it("is longest first for specs that need nothing", () => {
    const next = scheduleOf(spec("none", 1), spec("none", 3), spec("runs", 2));
    assert.deepEqual(
      [next(0), next(1), next(0), next(1)],
      ["none 3", "runs 2", "none 1", undefined],
    );
  });

  it("assigns each shard the largest kind that no other shard has, and keeps it there", () => {
    const next = scheduleOf(
      spec("deployment", 30),
      spec("deployment", 20),
      spec("emulator", 40),
      spec("emulator", 5),
      spec("none", 2),
    );
    assert.deepEqual([next(0), next(1)], ["deployment 30", "emulator 40"]);
    assert.deepEqual([next(2), next(1), next(0)], ["none 2", "emulator 5", "deployment 20"]);
  });

  it("starts a long spec without needs before a short kind", () => {
    const next = scheduleOf(spec("runs", 60), spec("emulator", 10));
    assert.deepEqual([next(0), next(1)], ["runs 60", "emulator 10"]);
  });

  it("starts a kind a second time only when more of it is left than the start costs", () => {
    const long = scheduleOf(...[31, 30, 29].map((seconds) => spec("deployment", seconds)));
    assert.deepEqual([long(0), long(1)], ["deployment 31", "deployment 30"]);
    const short = scheduleOf(...[21, 20, 19].map((seconds) => spec("deployment", seconds)));
    assert.deepEqual([short(0), short(1), short(0)], ["deployment 21", undefined, "deployment 20"]);
  });

  it("never runs the engine in two shards", () => {
    const next = scheduleOf(...[300, 200, 100].map((seconds) => spec("engine", seconds)));
    assert.deepEqual([next(0), next(1), next(0)], ["engine 300", undefined, "engine 200"]);
  });
});
