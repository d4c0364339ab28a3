import * as assert from "node:assert/strict";
import { requireCatch as rule } from "../../../../policies/rules/sfn/require-catch";
import { said, unknown } from "../../../support/policy";

type States = Record<string, Record<string, unknown>>;

const task = {
  Type: "Task",
  Resource: "arn:aws:states:::lambda:invoke",
  TimeoutSeconds: 30,
  Retry: [{ ErrorEquals: ["States.TaskFailed"] }],
  Catch: [{ ErrorEquals: ["States.ALL"], Next: "Aside" }],
  End: true,
};
const { Catch: _, ...aside } = task;
const machine = (states: States) => ({
  type: "aws:sfn/stateMachine:StateMachine",
  inputs: { name: "m", definition: JSON.stringify({ StartAt: "Do", States: states }) },
});
const without = (field: string) => {
  const changed: Record<string, unknown> = { ...task };
  delete changed[field];
  return changed;
};

describe(rule.name, () => {
  it("accepts tasks that catch everything, and the one that the errors lead to", async () => {
    const states = { Do: task, Choose: { Type: "Choice" }, Aside: aside };
    assert.deepEqual(await said(rule, machine(states)), []);
  });

  for (const [field, sentence] of Object.entries({
    TimeoutSeconds: "it: State Do has no timeout: set TimeoutSeconds.",
    Retry: "it: State Do does not retry on errors: set Retry.",
    Catch: "it: State Do does not catch every error: set Catch on States.ALL.",
  }))
    it(`rejects a task without ${field}`, async () => {
      assert.deepEqual(
        await said(rule, machine({ Do: without(field), Other: task, Aside: aside })),
        [sentence],
      );
    });

  it("accepts a timeout that is taken from the input", async () => {
    const timed = { ...without("TimeoutSeconds"), TimeoutSecondsPath: "$.patience" };
    assert.deepEqual(await said(rule, machine({ Do: timed, Aside: aside })), []);
  });

  it("rejects branches that catch nothing", async () => {
    const Branches = [{ StartAt: "In", States: { In: task } }];
    const states = { Both: { Type: "Parallel", Branches }, Aside: aside, Odd: { End: true } };
    assert.deepEqual(await said(rule, machine(states)), [
      "it: State Both does not catch every error: set Catch on States.ALL.",
    ]);
  });

  it("is not satisfied by a Catch of some errors", async () => {
    const Catch = [{ ErrorEquals: ["States.Timeout"], Next: "Aside" }];
    assert.deepEqual(await said(rule, machine({ Do: { ...task, Catch }, Aside: aside })), [
      "it: State Do does not catch every error: set Catch on States.ALL.",
    ]);
  });

  it("looks into branches and maps, which catch too", async () => {
    const inner = { StartAt: "In", States: { In: without("TimeoutSeconds") } };
    const states = {
      Both: { Type: "Parallel", Branches: [inner], Catch: task.Catch },
      Each: { Type: "Map", ItemProcessor: inner },
      Aside: aside,
    };
    assert.deepEqual(await said(rule, machine(states)), [
      "it: State In has no timeout: set TimeoutSeconds.",
      "it: State Each does not catch every error: set Catch on States.ALL.",
      "it: State In has no timeout: set TimeoutSeconds.",
    ]);
  });

  it("rejects a definition without states", async () => {
    for (const definition of ["{", "{}", '{"States":[]}'])
      assert.deepEqual(
        await said(rule, { type: "aws:sfn/stateMachine:StateMachine", inputs: { definition } }),
        [
          "it: Has a definition that is not a JSON object with States: set definition to an Amazon States Language document.",
        ],
      );
  });

  it("names a definition that is not known yet", async () => {
    const inputs = { definition: unknown };
    assert.deepEqual(await said(rule, { type: "aws:sfn/stateMachine:StateMachine", inputs }), [
      "advisory it: Unverified: 'definition' of 'it' is not known before the update, and this rule depends on it.",
    ]);
  });
});
