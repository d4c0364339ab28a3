import * as assert from "node:assert/strict";
import { requireLogConfiguration as rule } from "../../../../policies/rules/ecs/require-log-configuration";
import { said } from "../../../support/policy";

const task = (...containers: object[]) => ({
  type: "aws:ecs/taskDefinition:TaskDefinition",
  inputs: { family: "consumer", containerDefinitions: JSON.stringify(containers) },
});

describe(rule.name, () => {
  const logged = { name: "consumer", logConfiguration: { logDriver: "awslogs" } };

  it("accepts containers with a log", async () => {
    assert.deepEqual(await said(rule, task(logged)), []);
  });

  it("rejects each container without one", async () => {
    assert.deepEqual(await said(rule, task(logged, { name: "proxy", logConfiguration: {} })), [
      "it: Container proxy keeps no log: set logConfiguration.",
    ]);
  });
});
