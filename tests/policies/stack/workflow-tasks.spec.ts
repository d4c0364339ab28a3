import * as assert from "node:assert/strict";
import { caughtBy, workflowStates, workflowTasks } from "../../../policies/stack/workflow-tasks";
import type { Resource } from "../../../policies/stack/resource";
import { requirePermission } from "../../../policies/rules/iam/require-permission";
import { requireCatch } from "../../../policies/rules/sfn/require-catch";
import { said, unknown } from "../../support/policy";
import { arn, queueUrl } from "../given";
import { stackIn } from "./stack-in";

async function machine(definition: unknown): Promise<Resource> {
  const text = definition === unknown ? unknown : JSON.stringify(definition);
  const inputs = { definition: text };
  const [resource] = (await stackIn({ type: "aws:sfn/stateMachine:StateMachine", inputs }))
    .resources;
  assert.ok(resource);
  return resource;
}
const task = (Resource: string, more: object) => ({ Type: "Task", Resource, ...more });
const workedOn = async (state: object) =>
  workflowTasks(await machine({ States: { Do: state } })).map(
    ({ place, kind, setsAside }) => `${kind} ${place.text()}${setsAside ? " on errors" : ""}`,
  );

describe("The states of a workflow", () => {
  it("are found in branches and maps of both spellings, at any depth", async () => {
    const inner = (name: string, more: object = {}) => ({ States: { [name]: more } });
    const found = workflowStates(
      await machine({
        States: {
          Both: { Branches: [inner("a"), inner("b", { ItemProcessor: inner("c") })] },
          Each: { Iterator: inner("d") },
        },
      }),
    );
    assert.deepEqual(
      found.map(({ name }) => name),
      ["Both", "a", "b", "c", "Each", "d"],
    );
  });

  it("end at the depth limit", async () => {
    let States: object = { last: {} };
    for (let depth = 0; depth < 30; depth += 1) States = { s: { ItemProcessor: { States } } };
    const found = workflowStates(await machine({ States }));
    assert.equal(found.length, 21);
  });

  it("are none while the definition is not known, which only one rule reports", async () => {
    assert.deepEqual(workflowStates(await machine(unknown)), []);
    const given = { type: "aws:sfn/stateMachine:StateMachine", inputs: { definition: unknown } };
    assert.deepEqual(await said(requirePermission, given), []);
    assert.equal((await said(requireCatch, given)).length, 1);
  });

  it("are listed if a Catch leads to them", async () => {
    const states = workflowStates(
      await machine({
        States: {
          a: { Catch: [{ Next: "x" }, {}, { Next: "y" }] },
          b: { Catch: { one: { Next: "z" } }, Next: "w" },
        },
      }),
    );
    assert.deepEqual([...caughtBy(states)], ["x", "y", "z"]);
  });
});

describe("The tasks of a workflow", () => {
  for (const [resource, member, value, kind] of [
    ["arn:aws:states:::lambda:invoke", "FunctionName", "f", "function"],
    ["arn:aws:states:::lambda:invoke.waitForTaskToken", "FunctionName", "f", "function"],
    ["arn:aws:states:::sqs:sendMessage", "QueueUrl", queueUrl("q"), "queue"],
    ["arn:aws:states:::sns:publish", "TopicArn", arn.topic("t"), "topic"],
  ] as const)
    for (const parameters of ["Parameters", "Arguments"])
      it(`use the ${member} in the ${parameters} of ${resource}`, async () => {
        assert.deepEqual(await workedOn(task(resource, { [parameters]: { [member]: value } })), [
          `${kind} ${value}`,
        ]);
      });

  it("use the function that they name directly", async () => {
    assert.deepEqual(await workedOn(task(arn.function("f"), {})), [
      `function ${arn.function("f")}`,
    ]);
  });

  for (const [what, state] of Object.entries<object>({
    "a service that nobody here works on": task("arn:aws:states:::dynamodb:putItem", {}),
    "a task whose resource is yet to be substituted": task("${Work}", {}),
    "a task without a resource": { Type: "Task" },
    "a task that does not say which": task("arn:aws:states:::sqs:sendMessage", {}),
    "a state of another type": { ...task(arn.function("f"), {}), Type: "Pass" },
    "an activity": task("arn:aws:states:eu-central-1:123456789012:activity:arn:aws:lambda:x", {}),
  }))
    it(`are not ${what}`, async () => {
      assert.deepEqual(await workedOn(state), []);
    });

  it("store the input of failed states, if a Catch leads to them", async () => {
    const States = {
      Do: task(arn.function("f"), { Catch: [{ Next: "Aside" }] }),
      Aside: task(arn.function("g"), {}),
    };
    const tasks = workflowTasks(await machine({ States }));
    assert.deepEqual(
      tasks.map(({ setsAside }) => setsAside),
      [false, true],
    );
  });
});
