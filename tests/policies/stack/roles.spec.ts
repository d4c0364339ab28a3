import * as assert from "node:assert/strict";
import { statementsByRole, usedInIam, usersByRole } from "../../../policies/stack/roles";
import type { Stack } from "../../../policies/stack/model";
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

describe("The permissions of the roles of a stack", () => {
  it("come from inline policies, role policies and attached policies", async () => {
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

  it("can be attached to several roles at once", async () => {
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

  it("are found by the source of an unknown ARN", async () => {
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
    it(`do not come from an attachment that ${what}`, async () => {
      const given = [policy("Shared"), attachment({ role: "worker", ...inputs })];
      const stack = await stackIn(role("worker"), ...given);
      assert.deepEqual(statements(stack), ["worker: "]);
    });

  it("do not come from a policy of AWS of the same name while no ARN names the account", async () => {
    const shared = policy("Shared");
    shared.inputs.policy = document(send({ Resource: "*" }));
    const byAws = attachment({ role: "worker", policyArn: "arn:aws:iam::aws:policy/Shared" });
    assert.deepEqual(statements(await stackIn(role("worker"), shared, byAws)), ["worker: "]);
  });

  it("do not come from a policy of a role outside the stack", async () => {
    assert.deepEqual(statements(await stackIn(role("other"), rolePolicy(send()))), ["other: "]);
  });

  it("do not come from a policy that Pulumi names", async () => {
    const stack = await stackIn(
      role("worker"),
      policy("Shared", {}),
      attachment({ role: "worker" }),
    );
    assert.deepEqual([...attachedPolicies(stack)], []);
  });
});

describe("The users of a role", () => {
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

  it("are all resources that name it at any depth, once each", async () => {
    const rule: Given = {
      type: "aws:iot/topicRule:TopicRule",
      name: "rule",
      inputs: { sqs: [{ roleArn: arn.role("r") }, { roleArn: arn.role("r") }] },
    };
    const stack = await stackIn(role("r"), rule, lambda({ role: arn.role("path/r") }));
    assert.deepEqual(users(stack), ["r: rule sqs[0].roleArn, f role"]);
  });

  it("are found by the source of an unknown input", async () => {
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
    "a policy of it": { type: "aws:iam/rolePolicy:RolePolicy", inputs: { role: "r" } },
    "a resource of another provider": {
      type: "acme:aws:Role",
      inputs: { role: arn.role("r") },
    },
    "one that only mentions it": lambda({ description: `As ${arn.role("r")}.` }),
    "one that names it without its ARN": lambda({ role: "r" }),
    "one that names another": lambda({ role: arn.role("s") }),
    "one that names a policy": lambda({ role: "arn:aws:iam::123456789012:policy/r" }),
    "one that names a role in an invalid account": lambda({
      role: "arn:aws:iam::12345678901:role/r",
    }),
  }))
    it(`do not include ${what}`, async () => {
      assert.deepEqual(users(await stackIn(role("r"), user)), []);
    });

  for (const [input, isUse] of [
    ["role", true],
    ["policyRole", true],
    ["environments", true],
    ["myTags", true],
    ["tagsOfAll", true],
    ["policy", false],
    ["accessPolicies", false],
    ["policyDocument", false],
    ["environment", false],
    ["tags", false],
    ["tagsAll", false],
  ] as const)
    it(`${isUse ? "" : "do not "}include one whose input ${input} names it`, async () => {
      const found = await stackIn(role("r"), lambda({ [input]: { a: arn.role("r") } }));
      assert.deepEqual(users(found), isUse ? [`r: f ${input}.a`] : []);
    });

  it("are none in a stack without roles", async () => {
    assert.deepEqual(users(await stackIn(changed(lambda({ role: arn.role("r") }), {}))), []);
  });
});

describe("The roles and policies that a stack uses", () => {
  const queue: Given = { type: "aws:sqs/queue:Queue", name: "queue", inputs: { name: "q" } };
  const used = async (...given: Given[]) =>
    [...usedInIam(await stackIn(...given))].map(({ name }) => name);
  const statement = (changes: Record<string, unknown>): Given => ({
    ...rolePolicy(send({ Action: "iam:PassRole", Resource: arn.role("r"), ...changes })),
    name: "deployer",
  });

  for (const type of [
    "aws:iam/policyAttachment:PolicyAttachment",
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
    "aws:iam/rolePolicyAttachmentsExclusive:RolePolicyAttachmentsExclusive",
    "aws:iam/rolePoliciesExclusive:RolePoliciesExclusive",
    "aws:iam/rolePolicy:RolePolicy",
  ])
    it(`are the policy, but not the role, that ${type} names`, async () => {
      const inputs = { role: arn.role("r"), policyArns: [policyArn("p")] };
      const by: Given = { type, name: "grant", inputs };
      assert.deepEqual(await used(role("r"), policy("p"), by), ["p"]);
      const later: Given = {
        type,
        name: "grant",
        inputs: { role: unknown, policyArns: [unknown] },
        madeFrom: { role: ["r"], policyArns: ["p"] },
      };
      assert.deepEqual(await used(role("r"), policy("p"), later), ["p"]);
    });

  it("are those in any other input, but not in their own", async () => {
    assert.deepEqual(await used(role("r", { arn: arn.role("r") })), []);
    const boundary = role("s", { permissionsBoundary: policyArn("p") });
    assert.deepEqual(await used(role("r"), policy("p"), boundary), ["p"]);
    const other: Given = { type: "acme:x:Y", name: "y", inputs: { list: [{ a: arn.role("r") }] } };
    assert.deepEqual(await used(role("r"), role("s"), other), ["r"]);
    const ofQueue = { ...other, inputs: { a: arn.queue("q"), b: "q" } };
    assert.deepEqual(await used(role("r"), queue, ofQueue), []);
    const profile: Given = {
      type: "aws:iam/instanceProfile:InstanceProfile",
      name: "profile",
      inputs: { name: "s", role: "r" },
    };
    assert.deepEqual(await used(role("r"), role("s"), profile), ["r"]);
    const text = { ...other, inputs: { a: `See ${arn.role("r")}`, b: arn.role("none") } };
    assert.deepEqual(await used(role("r"), text), []);
    const later: Given = {
      ...other,
      inputs: { list: [{ a: unknown }] },
      madeFrom: { list: ["r"] },
    };
    assert.deepEqual(await used(role("r"), role("s"), later), ["r"]);
  });

  for (const [what, changes, names] of [
    ["passes", {}, ["r"]],
    ["passes with others", { Resource: [arn.queue("q"), "*", arn.role("r*")] }, ["r"]],
    ["assumes", { Action: ["sqs:SendMessage", "sts:AssumeRole"] }, ["r"]],
    ["passes by pattern", { Action: "iam:*", Resource: arn.role("*") }, ["r", "s"]],
    ["reads", { Action: "iam:GetRole" }, []],
    ["denies to pass", { Effect: "Deny" }, []],
    ["does not name", { Action: undefined, NotAction: "sts:AssumeRole" }, []],
    ["passes all but", { Resource: undefined, NotResource: arn.role("r") }, []],
    ["passes all of without a name", { Resource: "*" }, []],
  ] as [string, Record<string, unknown>, string[]][])
    it(`are those that a statement ${what}: ${names.join(", ") || "none"}`, async () => {
      const unnamed: Given = { type: "aws:iam/role:Role", name: "unnamed", inputs: {} };
      assert.deepEqual(await used(role("r"), role("s"), unnamed, queue, statement(changes)), names);
    });

  it("are the sources of a statement that is not known", async () => {
    const later: Given = {
      ...statement({}),
      inputs: { role: "worker", policy: unknown },
      madeFrom: { policy: ["r"], role: ["s"] },
    };
    assert.deepEqual(await used(role("r"), role("s"), later), ["r"]);
    const known = { ...statement({ Action: "iam:GetRole" }), madeFrom: { policy: ["r"] } };
    assert.deepEqual(await used(role("r"), known), []);
  });
});
