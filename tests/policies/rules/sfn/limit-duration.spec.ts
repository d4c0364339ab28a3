import * as assert from "node:assert/strict";
import { limitDuration as rule } from "../../../../policies/rules/sfn/limit-duration";
import { said, unknown } from "../../../support/policy";

type States = Record<string, Record<string, unknown>>;

const express = (states: States, more: object = {}) => ({
  type: "aws:sfn/stateMachine:StateMachine",
  inputs: {
    name: "m",
    type: "EXPRESS",
    definition: JSON.stringify({ StartAt: Object.keys(states)[0], States: states, ...more }),
  },
});
const standard = (states: States, more: object = {}) => {
  const { type, inputs } = express(states, more);
  return { type, inputs: { ...inputs, type: "STANDARD" } };
};
/** 10 s for each of four attempts, and 1 + 2 + 4 s between them: 47 s. */
const task = (next?: string, more: object = {}) => ({
  Type: "Task",
  TimeoutSeconds: 10,
  Retry: [{ ErrorEquals: ["States.ALL"], IntervalSeconds: 1, MaxAttempts: 3, BackoffRate: 2 }],
  ...(next ? { Next: next } : { End: true }),
  ...more,
});
const catching = (next: string, to: string, more: object = {}) =>
  task(next, { Catch: [{ ErrorEquals: ["States.ALL"], Next: to }], ...more });
const expressSentence = (takes: string) =>
  `it: ${takes}, and Step Functions ends an execution after 300 s without a Catch: lower TimeoutSeconds and MaxAttempts of its tasks, or use a Standard workflow.`;

describe(rule.name, () => {
  it("accepts an Express workflow whose longest path is shorter than 300 s", async () => {
    const states = { A: catching("B", "Aside"), B: task(), Aside: task() };
    assert.deepEqual(await said(rule, express(states)), []);
  });

  for (const [what, states, seconds] of [
    [
      "a timeout of less than 300 s",
      { A: task(undefined, { TimeoutSeconds: 299, Retry: [] }) },
      299,
    ],
    ["a timeout of exactly 300 s", { A: task(undefined, { TimeoutSeconds: 300, Retry: [] }) }, 300],
    ["retries", { A: task(undefined, { TimeoutSeconds: 80 }) }, 327],
    [
      "retries with their defaults",
      { A: task(undefined, { TimeoutSeconds: 80, Retry: [{}] }) },
      327,
    ],
    [
      "limited waits between many retries",
      { A: task(undefined, { Retry: [{ MaxAttempts: 20, MaxDelaySeconds: 5 }] }) },
      302,
    ],
    [
      "two retriers",
      {
        A: task(undefined, { TimeoutSeconds: 41, Retry: [{ MaxAttempts: 3 }, { MaxAttempts: 3 }] }),
      },
      301,
    ],
    ["waits", { A: { Type: "Wait", Seconds: 260, Next: "B" }, B: task() }, 307],
    [
      "the path after an error",
      {
        A: catching("End", "Aside", { TimeoutSeconds: 60 }),
        End: { Type: "Succeed" },
        Aside: task(undefined, { TimeoutSeconds: 20 }),
      },
      334,
    ],
    [
      "the longest branch of a choice",
      {
        A: { Type: "Choice", Choices: [{ Next: "Short" }], Default: "Long" },
        Short: task(),
        Long: task(undefined, { TimeoutSeconds: 80 }),
      },
      327,
    ],
    [
      "the longest parallel branch, with its retries",
      {
        A: {
          Type: "Parallel",
          Branches: [
            { StartAt: "In", States: { In: task() } },
            { StartAt: "In", States: { In: task(undefined, { TimeoutSeconds: 30 }) } },
          ],
          Retry: [{ MaxAttempts: 2, IntervalSeconds: 5 }],
          End: true,
        },
      },
      396,
    ],
  ] as [string, States, number][])
    it(`counts ${what}`, async () => {
      const expected = seconds < 300 ? [] : [expressSentence(`Can take ${seconds} s`)];
      assert.deepEqual(await said(rule, express(states)), expected);
    });

  it("rejects a loop in an Express workflow", async () => {
    const states = { A: task("B"), B: { Type: "Wait", Seconds: 1, Next: "A" } };
    assert.deepEqual(await said(rule, express(states)), [expressSentence("Can run in a loop")]);
  });

  it("accepts states that several paths lead to", async () => {
    const states = {
      A: catching("B", "Aside"),
      B: catching("C", "Aside"),
      C: task(),
      Aside: task(),
    };
    assert.deepEqual(await said(rule, express(states)), []);
  });

  it("compares a workflow with its own timeout", async () => {
    const states = { A: task("B"), B: task() };
    assert.deepEqual(await said(rule, standard(states, { TimeoutSeconds: 95 })), []);
    assert.deepEqual(await said(rule, standard(states, { TimeoutSeconds: 94 })), [
      "it: Can take 94 s, and TimeoutSeconds ends an execution after 94 s without a Catch: lower TimeoutSeconds and MaxAttempts of its tasks, or raise TimeoutSeconds of the definition.",
    ]);
    assert.deepEqual(await said(rule, express(states, { TimeoutSeconds: 90 })), [
      "it: Can take 94 s, and TimeoutSeconds ends an execution after 90 s without a Catch: lower TimeoutSeconds and MaxAttempts of its tasks, or use a Standard workflow.",
    ]);
  });

  it("accepts a Standard workflow without a timeout, and advises on a loop that a timeout ends", async () => {
    const loop = { A: task("A") };
    assert.deepEqual(await said(rule, standard(loop)), []);
    assert.deepEqual(await said(rule, standard(loop, { TimeoutSeconds: 60 })), [
      "advisory it: Advice: Can run in a loop, and TimeoutSeconds ends an execution after 60 s without a Catch: lower TimeoutSeconds and MaxAttempts of its tasks, or raise TimeoutSeconds of the definition.",
    ]);
  });

  it("reports an Express workflow whose definition does not say how long it takes", async () => {
    for (const state of [
      { Type: "Task", End: true },
      { Type: "Task", TimeoutSecondsPath: "$.patience", End: true },
      { Type: "Map", ItemProcessor: { StartAt: "In", States: { In: task() } }, End: true },
      { Type: "Wait", SecondsPath: "$.pause", End: true },
    ]) {
      const [line] = await said(rule, express({ A: state }));
      assert.match(String(line), /does not say how long an execution can take/);
      assert.deepEqual(await said(rule, standard({ A: state }, { TimeoutSeconds: 60 })), []);
    }
  });

  it("reports a definition that is not known yet as unverified", async () => {
    for (const type of [undefined, "STANDARD", "EXPRESS"]) {
      const inputs = { definition: unknown, ...(type && { type }) };
      const given = { type: "aws:sfn/stateMachine:StateMachine", inputs };
      assert.deepEqual(await said(rule, given), [
        "advisory it: Unverified: 'definition' of 'it' is not known before the update, and this rule depends on it.",
      ]);
    }
  });
});
