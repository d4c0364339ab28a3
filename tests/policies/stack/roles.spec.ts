import * as assert from "node:assert/strict";
import { statementsByRole, usedInIam, usersByRole } from "../../../policies/stack/roles";
import type { Stack } from "../../../policies/stack/stack";
import { unknown, type Given } from "../../support/policy";
import { arn, changed, document, rolePolicy, send } from "../given";
import { stackIn } from "./stack-in";

/** The policies that something in the stack uses. */
const attachedPolicies = (stack: Stack) =>
  [...usedInIam(stack)].filter(({ type }) => type === "aws:iam/policy:Policy");

const role = (name: string, inputs: Record<string, unknown> = {}): Given => ({
  type: "aws:iam/role:Role",
  name,
  inputs: { name, ...inputs },
});
const policy = (name: string, inputs: Record<string, unknown> = { name }): Given => ({
  type: "aws:iam/policy:Policy",
  name,
  inputs: { ...inputs, policy: document(send({ Sid: name })) },
});
const policyArn = (path: string) => `arn:aws:iam::123456789012:policy/${path}`;
const attachment = (inputs: Record<string, unknown>): Given => ({
  type: "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
  name: "attachment",
  inputs,
});
const group = (inputs: Record<string, unknown>): Given => ({
  ...attachment(inputs),
  type: "aws:iam/policyAttachment:PolicyAttachment",
});

const statements = (stack: Stack) =>
  [...statementsByRole(stack)].map(
    ([{ name }, found]) =>
      `${name}: ${found.map(({ called, holder }) => `${called} (${holder.name})`).join(", ")}`,
  );

describe("What the roles of a stack may do", () => {
  it("stands in the role, in policies of its own, and in attached ones", async () => {
    const inline = { inlinePolicies: [{ policy: document(send(), send({ Sid: undefined })) }] };
    const stack = await stackIn(
      role("worker", inline),
      rolePolicy(send({ Sid: "Own" })),
      policy("Shared"),
      attachment({ role: "worker", policyArn: policyArn("path/Shared") }),
    );
    assert.deepEqual(statements(stack), [
      "worker: Statement Send of 'worker' (worker), Statement 2 of 'worker' (worker), " +
        "Statement Own of 'it' (it), Statement Shared of 'Shared' (Shared)",
    ]);
  });

  it("is attached to several at once", async () => {
    const stack = await stackIn(
      role("one"),
      role("two"),
      policy("Shared"),
      group({ roles: ["one", "two", "elsewhere"], policyArn: policyArn("Shared") }),
    );
    assert.deepEqual(statements(stack), [
      "one: Statement Shared of 'Shared' (Shared)",
      "two: Statement Shared of 'Shared' (Shared)",
    ]);
    assert.deepEqual(
      [...attachedPolicies(stack)].map(({ name }) => name),
      ["Shared"],
    );
  });

  it("is found by what an ARN was made from while that is not known", async () => {
    const later = attachment({ role: "worker", policyArn: unknown });
    const made = { ...later, madeFrom: { policyArn: ["queue", "Shared"] } };
    const queue: Given = { type: "aws:sqs/queue:Queue", name: "queue", inputs: { name: "q" } };
    const stack = await stackIn(role("worker"), queue, policy("Shared"), made);
    assert.deepEqual(statements(stack), ["worker: Statement Shared of 'Shared' (Shared)"]);
  });

  for (const [what, inputs] of Object.entries<Record<string, unknown>>({
    "names a policy of AWS's": { policyArn: "arn:aws:iam::aws:policy/Shared" },
    "names another policy": { policyArn: policyArn("NotShared") },
    "names no policy": {},
    "names something else": { policyArn: arn.role("Shared") },
    "hides one in another text": { policyArn: `x${policyArn("Shared")}` },
    "names another role": { policyArn: policyArn("Shared"), role: "other" },
  }))
    it(`is nothing by an attachment that ${what}`, async () => {
      const given = [policy("Shared"), attachment({ role: "worker", ...inputs })];
      const stack = await stackIn(role("worker"), ...given);
      assert.deepEqual(statements(stack), ["worker: "]);
    });

  it("is nothing by a policy of a role that is elsewhere", async () => {
    assert.deepEqual(statements(await stackIn(role("other"), rolePolicy(send()))), ["other: "]);
  });

  it("is nothing by a policy that Pulumi names", async () => {
    const stack = await stackIn(
      role("worker"),
      policy("Shared", {}),
      attachment({ role: "worker" }),
    );
    assert.deepEqual([...attachedPolicies(stack)], []);
  });
});

describe("Who has a role", () => {
  const users = (stack: Stack) =>
    [...usersByRole(stack)].map(
      ([{ name }, found]) =>
        `${name}: ${found.map(({ user, place }) => `${user.name} ${place.path}`).join(", ")}`,
    );
  const lambda = (inputs: Record<string, unknown>): Given => ({
    type: "aws:lambda/function:Function",
    name: "f",
    inputs,
  });

  it("is whatever names it, however deep, once each", async () => {
    const rule: Given = {
      type: "aws:iot/topicRule:TopicRule",
      name: "rule",
      inputs: { sqs: [{ roleArn: arn.role("r") }, { roleArn: arn.role("r") }] },
    };
    const stack = await stackIn(role("r"), rule, lambda({ role: arn.role("path/r") }));
    assert.deepEqual(users(stack), ["r: rule sqs[0].roleArn, f role"]);
  });

  it("is found by what an input was made from while that is not known", async () => {
    const later: Given = { ...lambda({ role: unknown }), madeFrom: { role: ["r"] } };
    assert.deepEqual(users(await stackIn(role("r"), later)), ["r: f role"]);
  });

  for (const [what, user] of Object.entries<Given>({
    "a policy that names it": { type: "aws:iam/policy:Policy", inputs: { policy: arn.role("r") } },
    "a key that admits it": { type: "aws:kms/key:Key", inputs: { policy: arn.role("r") } },
    "a permission for it": {
      type: "aws:lambda/permission:Permission",
      inputs: { principal: arn.role("r") },
    },
    "a resource of another provider": {
      type: "acme:aws:Role",
      inputs: { role: arn.role("r") },
    },
    "one that only mentions it": lambda({ description: `As ${arn.role("r")}.` }),
    "one that names it without its ARN": lambda({ role: "r" }),
    "one that names another": lambda({ role: arn.role("s") }),
    "one that names a policy": lambda({ role: "arn:aws:iam::123456789012:policy/r" }),
    "one that names a role of nobody": lambda({ role: "arn:aws:iam::12345678901:role/r" }),
  }))
    it(`is not ${what}`, async () => {
      assert.deepEqual(users(await stackIn(role("r"), user)), []);
    });

  it("is nobody where there are no roles, whatever is named", async () => {
    assert.deepEqual(users(await stackIn(changed(lambda({ role: arn.role("r") }), {}))), []);
  });
});
