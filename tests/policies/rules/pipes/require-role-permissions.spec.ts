import * as assert from "node:assert/strict";
import { requireRolePermissions as rule } from "../../../../policies/rules/pipes/require-role-permissions";
import { said, unknown, type Given } from "../../../support/policy";
import { arn } from "../../given";

const pipe = (...dependsOn: string[]): Given => ({
  type: "aws:pipes/pipe:Pipe",
  inputs: { name: "p", roleArn: arn.role("worker") },
  dependsOn,
});
const role: Given = { type: "aws:iam/role:Role", name: "role", inputs: { name: "worker" } };
const policy: Given = {
  type: "aws:iam/rolePolicy:RolePolicy",
  name: "policy",
  inputs: { role: "worker", policy: "{}" },
};
const attachment: Given = {
  type: "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
  name: "attachment",
  inputs: { role: "worker", policyArn: "arn:aws:iam::aws:policy/P" },
};
const early = (giver: string) =>
  `it: May be created before '${giver}' gives its role permissions: add it to dependsOn.`;

describe(rule.name, () => {
  it("accepts a pipe that depends on every policy of its role", async () => {
    assert.deepEqual(await said(rule, role, policy, attachment, pipe("policy", "attachment")), []);
  });

  it("rejects one that depends on the role only, or on one policy of two", async () => {
    assert.deepEqual(await said(rule, role, policy, attachment, pipe("role")), [
      early("policy"),
      early("attachment"),
    ]);
    assert.deepEqual(await said(rule, role, policy, attachment, pipe("policy")), [
      early("attachment"),
    ]);
  });

  it("finds the role from which an unknown ARN was made", async () => {
    const queue: Given = { type: "aws:sqs/queue:Queue", name: "queue", inputs: { name: "q" } };
    const later = (...dependsOn: string[]): Given => ({
      ...pipe(...dependsOn),
      inputs: { name: "p", roleArn: unknown },
      madeFrom: { roleArn: ["queue", "role"] },
    });
    assert.deepEqual(await said(rule, queue, role, policy, later("policy")), []);
    assert.deepEqual(await said(rule, queue, role, policy, later("role")), [early("policy")]);
  });

  it("says nothing of policies of other roles, and of a role outside the stack", async () => {
    const other = { ...policy, inputs: { role: "other" } };
    assert.deepEqual(await said(rule, role, other, pipe()), []);
    assert.deepEqual(await said(rule, policy, pipe()), []);
  });
});
