import * as assert from "node:assert/strict";
import type { StackRule } from "../../policies/rule";
import type { Stack } from "../../policies/stack/model";
import { requireRedrive } from "../../policies/rules/sqs/require-redrive";
import { recorded, type Given } from "../support/policy";
import { concerned, readsOf } from "./reads";

const queueType = "aws:sqs/queue:Queue";

/** A rule that makes this use of the stack. */
const ruleThat = (checkStack: (stack: Stack) => unknown): StackRule => ({
  ...requireRedrive,
  name: "test-require-use",
  checkStack: (stack) => void checkStack(stack),
});

const work: Given = {
  type: queueType,
  name: "work",
  inputs: { name: "work", tags: { purpose: "work" }, delaySeconds: 5 },
};
const other: Given = { type: "aws:sns/topic:Topic", name: "other", inputs: { name: "other" } };

/** Whether a rule is concerned by this change to the inputs of the queue. */
function isConcerned(rule: StackRule, change: Given["inputs"]): boolean {
  const program = recorded([work, other]);
  const [after] = recorded([{ ...work, inputs: { ...work.inputs, ...change } }]);
  return concerned([rule], readsOf([rule], program), program[0], after).length > 0;
}

describe("The rules that a change concerns", () => {
  const queue = (stack: Stack) => stack.of(queueType)[0]!.inputs;

  it("are those that read a changed input", () => {
    const rule = ruleThat((stack) => queue(stack).at("tags", "purpose").text());
    assert.equal(isConcerned(rule, { tags: { purpose: "failures" } }), true);
    assert.equal(isConcerned(rule, { delaySeconds: 6 }), false);
    assert.equal(isConcerned(rule, {}), false);
  });

  it("are those that asked for an input that was absent", () => {
    const rule = ruleThat((stack) => queue(stack).at("fifoQueue").given);
    assert.equal(isConcerned(rule, { fifoQueue: true }), true);
    assert.equal(isConcerned(rule, { delaySeconds: 6 }), false);
  });

  it("are those that list or read all inputs", () => {
    for (const use of [
      (stack: Stack) => queue(stack).keys(),
      (stack: Stack) => queue(stack).members(),
      (stack: Stack) => queue(stack).leaves(),
      (stack: Stack) => queue(stack).whole(),
      (stack: Stack) => queue(stack).knownPart(),
    ]) {
      assert.equal(isConcerned(ruleThat(use), { fifoQueue: true }), true);
      assert.equal(isConcerned(ruleThat(use), { delaySeconds: 6 }), true);
    }
  });

  it("are all rules, if the name changes by which others refer to the resource", () => {
    const rule = ruleThat((stack) => stack.named("queue work"));
    assert.equal(isConcerned(rule, { name: "play" }), true);
    assert.equal(isConcerned(rule, { delaySeconds: 6 }), false);
  });

  it("are all rules, if anything but inputs changes, or a resource is added or removed", () => {
    const program = recorded([work, other]);
    const rule = ruleThat(() => undefined);
    const reads = readsOf([rule], program);
    const of = (...pair: [before: (typeof program)[0] | undefined, after?: (typeof program)[0]]) =>
      concerned([rule], reads, pair[0], pair[1]);
    const [before] = program;
    assert.ok(before);
    assert.deepEqual(of(before, { ...before }), []);
    assert.deepEqual(of(before, { ...before, dependencies: ["urn:other"] }), [rule]);
    assert.deepEqual(of(before), [rule]);
    assert.deepEqual(of(undefined, before), [rule]);
  });
});
