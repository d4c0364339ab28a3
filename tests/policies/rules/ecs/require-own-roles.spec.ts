import * as assert from "node:assert/strict";
import { requireOwnRoles as rule } from "../../../../policies/rules/ecs/require-own-roles";
import { said, unknown } from "../../../support/policy";

describe(rule.name, () => {
  const [one, other] = ["one", "other"].map((name) => `arn:aws:iam::123456789012:role/${name}`);
  const roles = (executionRoleArn?: string, taskRoleArn?: string) => ({
    type: "aws:ecs/taskDefinition:TaskDefinition",
    inputs: { ...(executionRoleArn && { executionRoleArn }), ...(taskRoleArn && { taskRoleArn }) },
  });

  it("accepts two roles, and containers without a role", async () => {
    for (const given of [roles(one, other), roles(one), roles()])
      assert.deepEqual(await said(rule, given), []);
  });

  it("decides nothing of roles that are not known yet", async () => {
    for (const given of [roles(unknown, one), roles(one, unknown), roles(unknown, unknown)]) {
      const lines = await said(rule, given);
      assert.ok(lines.length > 0 && !lines.some((line) => line.includes("Gives its containers")));
    }
  });

  it("rejects one role for both", async () => {
    assert.deepEqual(await said(rule, roles(one, one)), [
      "it: Gives its containers the role of Amazon ECS: set executionRoleArn and taskRoleArn to two roles.",
    ]);
  });
});
