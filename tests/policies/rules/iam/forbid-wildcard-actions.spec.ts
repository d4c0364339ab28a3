import * as assert from "node:assert/strict";
import { forbidWildcardActions as rule } from "../../../../policies/rules/iam/forbid-wildcard-actions";
import { said, unknown } from "../../../support/policy";
import { arn, changed, document, rolePolicy, send, type Statement } from "../../given";

const administer = (changes: Statement = {}): Statement => ({
  Sid: "Administer",
  Effect: "Allow",
  Principal: { AWS: "arn:aws:iam::123456789012:root" },
  Action: "kms:*",
  Resource: "*",
  ...changes,
});
const key = (...statements: Statement[]) => ({
  type: "aws:kms/key:Key",
  inputs: { policy: document(...statements) },
});

describe(rule.name, () => {
  it("accepts the two families that AWS's own key policies write so", async () => {
    for (const Action of ["kms:GenerateDataKey*", "kms:ReEncrypt*", "KMS:generatedatakey*"])
      assert.deepEqual(await said(rule, rolePolicy(send({ Action }))), []);
    for (const Action of ["kms:Generate*", "kms:*", "kms:ReEncrypt?"])
      assert.equal((await said(rule, rolePolicy(send({ Action })))).length, 1, Action);
  });

  it("accepts actions that are named in full", async () => {
    assert.deepEqual(await said(rule, rolePolicy(send())), []);
  });

  it("rejects every wildcard, wherever it stands in the action", async () => {
    const given = rolePolicy(
      send({ Action: ["sqs:SendMessage", "sqs:*", "sqs:Get*", "*", "sqs:S?nd"] }),
    );
    assert.deepEqual(await said(rule, given), [
      "it: Statement Send in policy allows sqs:*: specify each action by its full name.",
      "it: Statement Send in policy allows sqs:Get*: specify each action by its full name.",
      "it: Statement Send in policy allows *: specify each action by its full name.",
      "it: Statement Send in policy allows sqs:S?nd: specify each action by its full name.",
    ]);
  });

  it("counts statements that have no Sid", async () => {
    const given = rolePolicy(send(), send({ Sid: undefined, Action: "sqs:*" }));
    assert.deepEqual(await said(rule, given), [
      "it: Statement 2 in policy allows sqs:*: specify each action by its full name.",
    ]);
  });

  it("accepts a denial by wildcard", async () => {
    assert.deepEqual(await said(rule, rolePolicy(send({ Effect: "Deny", Action: "*" }))), []);
  });

  it("looks into the inline policies of a role", async () => {
    const inlinePolicies = [
      { name: "a", policy: document(send()) },
      { name: "b", policy: document(send({ Action: "sqs:*" })) },
    ];
    assert.deepEqual(await said(rule, { type: "aws:iam/role:Role", inputs: { inlinePolicies } }), [
      "it: Statement Send in inlinePolicies[1].policy allows sqs:*: specify each action by its full name.",
    ]);
  });

  it("still finds one behind an inline policy that is not known yet", async () => {
    const inlinePolicies = [
      { name: "a", policy: unknown },
      { name: "b", policy: document(send({ Action: "sqs:*" })) },
    ];
    assert.deepEqual(await said(rule, { type: "aws:iam/role:Role", inputs: { inlinePolicies } }), [
      "advisory it: Unverified: 'inlinePolicies[0].policy' of 'it' is not known before the update, and this rule depends on it.",
      "it: Statement Send in inlinePolicies[1].policy allows sqs:*: specify each action by its full name.",
    ]);
  });

  it("rejects one in the policy of a queue", async () => {
    const policy = document({
      ...send({ Action: "sqs:*" }),
      Principal: { AWS: arn.role("worker") },
    });
    assert.deepEqual(await said(rule, { type: "aws:sqs/queue:Queue", inputs: { policy } }), [
      "it: Statement Send in policy allows sqs:*: specify each action by its full name.",
    ]);
  });

  it("lets the account's root administer a key", async () => {
    assert.deepEqual(await said(rule, key(administer())), []);
    assert.deepEqual(await said(rule, key(administer({ Principal: { AWS: "123456789012" } }))), []);
  });

  for (const [what, Principal] of Object.entries({
    "a role": { AWS: arn.role("worker") },
    "the root and a role": { AWS: ["arn:aws:iam::123456789012:root", arn.role("worker")] },
    "two accounts": { AWS: ["123456789012", "210987654321"] },
    "the root and a service": {
      AWS: "arn:aws:iam::123456789012:root",
      Service: "sns.amazonaws.com",
    },
    everybody: "*",
    nobody: undefined,
    "nobody by name": {},
    "a path that begins with the root": { AWS: "arn:aws:iam::123456789012:root/worker" },
    "a number that begins with an account": { AWS: "1234567890123" },
    "another kind of principal": { NotAWS: "123456789012" },
  }))
    it(`does not let ${what} administer a key`, async () => {
      assert.deepEqual(await said(rule, key(administer({ Principal }))), [
        "it: Statement Administer in policy allows kms:*: specify each action by its full name.",
      ]);
    });

  it("does not let the root do a part of it by a pattern, nor in the policy of what is no key", async () => {
    assert.deepEqual(await said(rule, key(administer({ Action: "kms:Describe*" }))), [
      "it: Statement Administer in policy allows kms:Describe*: specify each action by its full name.",
    ]);
    const policy = document(administer());
    assert.deepEqual(await said(rule, { type: "aws:sqs/queue:Queue", inputs: { policy } }), [
      "it: Statement Administer in policy allows kms:*: specify each action by its full name.",
    ]);
  });

  it("does not let the root administer anything but keys", async () => {
    const policy = document(administer({ Action: "sqs:*" }));
    assert.deepEqual(await said(rule, { type: "aws:sqs/queue:Queue", inputs: { policy } }), [
      "it: Statement Administer in policy allows sqs:*: specify each action by its full name.",
    ]);
  });

  it("names a document that is not known yet", async () => {
    assert.deepEqual(await said(rule, changed(rolePolicy(), { policy: unknown })), [
      "advisory it: Unverified: 'policy' of 'it' is not known before the update, and this rule depends on it.",
    ]);
  });
});
