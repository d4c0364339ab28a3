import * as assert from "node:assert/strict";
import { permissionsIn } from "../../../policies/stack/permissions";
import { unknown, type Given } from "../../support/policy";
import { document, send } from "../given";
import { stackIn } from "./stack-in";

const role = (inputs: Record<string, unknown> = {}, name = "worker"): Given => ({
  type: "aws:iam/role:Role",
  name,
  inputs: { name, ...inputs },
});
const rolePolicy = (inputs: Record<string, unknown>, name = "own"): Given => ({
  type: "aws:iam/rolePolicy:RolePolicy",
  name,
  inputs: { role: "worker", ...inputs },
});
const policy: Given = {
  type: "aws:iam/policy:Policy",
  name: "shared",
  inputs: { name: "shared", policy: document(send({ Sid: "Shared" })) },
};
const policyArn = "arn:aws:iam::123456789012:policy/shared";
const byAws = (name: string) => `arn:aws:iam::aws:policy/${name}`;
const attachment = (inputs: Record<string, unknown>, name = "attachment"): Given => ({
  type: "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
  name,
  inputs: { role: "worker", ...inputs },
});
const of = async (...given: Given[]) => {
  const stack = await stackIn(...given);
  const [worker] = stack.of("aws:iam/role:Role");
  assert.ok(worker);
  return permissionsIn(stack)(worker);
};
const unless = async (...given: Given[]) => (await of(role(), ...given)).unless;

describe("The permissions of a role", () => {
  it("are the statements of its own, of role policies and of attached policies", async () => {
    const inline = { inlinePolicies: [{ policy: document(send({ Sid: "Inline" })) }] };
    const { statements, unless: open } = await of(
      role(inline),
      rolePolicy({ policy: document(send({ Sid: "Own" })) }),
      policy,
      attachment({ policyArn }),
    );
    assert.deepEqual(
      statements.map(({ sid }) => sid),
      ["Inline", "Own", "Shared"],
    );
    assert.equal(open, undefined);
    assert.deepEqual(await of(role()), { statements: [], unless: undefined });
  });

  it("include the actions of a listed policy of AWS on every resource", async () => {
    const found = await of(role(), attachment({ policyArn: byAws("service-role/AWSLambdaRole") }));
    assert.deepEqual(found, {
      statements: [
        { effect: "Allow", actions: ["lambda:InvokeFunction"], resources: ["*"], conditions: {} },
      ],
      unless: undefined,
    });
  });

  it("are not those of a policy of the stack that has the name of one of AWS", async () => {
    // No ARN of the second one names the account of the stack.
    const anywhere = {
      ...policy,
      inputs: { name: "shared", policy: document(send({ Resource: "*" })) },
    };
    for (const shared of [policy, anywhere]) {
      const found = await of(role(), shared, attachment({ policyArn: byAws("shared") }));
      assert.deepEqual(found.statements, []);
    }
  });

  for (const [what, given, why, isNoted] of [
    ["a document", [rolePolicy({ policy: unknown })], "a document of 'own' is not known", true],
    [
      "the role of a role policy",
      [rolePolicy({ role: unknown, policy: document() })],
      "the role of 'own' is not known",
      true,
    ],
    [
      "the role of an attachment",
      [policy, attachment({ role: unknown, policyArn })],
      "the role of 'attachment' is not known",
      true,
    ],
    [
      "an attached policy",
      [attachment({ policyArn: unknown })],
      "'attachment' attaches a policy that is not known before the update",
      false,
    ],
    [
      "a policy of AWS that is not listed",
      [attachment({ policyArn: byAws("AmazonSQSFullAccess") })],
      "the permissions of the AWS managed policy AmazonSQSFullAccess are not listed in this pack",
      false,
    ],
    [
      "a policy outside the stack",
      [attachment({ policyArn })],
      `${policyArn}, which 'attachment' attaches, is not in this stack`,
      false,
    ],
  ] as [string, Given[], string, boolean][])
    it(`may be more because of ${what}`, async () => {
      assert.deepEqual(await unless(...given), { why, isNoted });
    });

  it("are not more because of what other roles outside the stack have", async () => {
    assert.equal(await unless(rolePolicy({ role: "theirs", policy: unknown })), undefined);
    assert.equal(await unless(attachment({ role: "theirs", policyArn: unknown })), undefined);
  });

  it("are found by the source of an unknown role or policy, of its kind", async () => {
    const queue: Given = { type: "aws:sqs/queue:Queue", name: "queue", inputs: { name: "q" } };
    const own = rolePolicy({ role: unknown, policy: document(send({ Sid: "Own" })) });
    const later = attachment({ role: unknown, policyArn: unknown });
    const { statements, unless: open } = await of(
      role(),
      queue,
      policy,
      { ...own, madeFrom: { role: ["queue", "worker"] } },
      { ...later, madeFrom: { role: ["queue", "worker"], policyArn: ["queue", "shared"] } },
    );
    assert.deepEqual(
      statements.map(({ sid }) => sid),
      ["Own", "Shared"],
    );
    assert.equal(open, undefined);
  });

  it("have the first reason that no other line reports", async () => {
    const noted = rolePolicy({ policy: unknown });
    const outside = attachment({ policyArn });
    const second = attachment({ policyArn: byAws("AmazonSQSFullAccess") }, "second");
    const why = `${policyArn}, which 'attachment' attaches, is not in this stack`;
    assert.deepEqual(await unless(noted, outside, second), { why, isNoted: false });
    const any = rolePolicy({ role: unknown, policy: document() }, "any");
    assert.deepEqual(await unless(any, outside), { why, isNoted: false });
  });
});
