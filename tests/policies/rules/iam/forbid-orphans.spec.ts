import * as assert from "node:assert/strict";
import { forbidOrphans as rule } from "../../../../policies/rules/iam/forbid-orphans";
import { said, unknown, type Given } from "../../../support/policy";
import { arn, rolePolicy, send, trust } from "../../given";
import { attached, ingestRole, topicRule } from "./roles";

describe(rule.name, () => {
  it("accepts a role and a policy that are used", async () => {
    assert.deepEqual(await said(rule, ingestRole(), topicRule, ...attached(send())), []);
  });

  it("rejects a role that nothing has", async () => {
    assert.deepEqual(await said(rule, ingestRole()), [
      "ingest-role: Is not used by any resource in this stack: delete it.",
    ]);
  });

  it("accepts a role that a statement lets pass or assume, and not one that a statement is about", async () => {
    const named = (Action: string, Resource: unknown = arn.role("ingest")): Given => ({
      ...rolePolicy(send({ Action, Resource })),
      name: "deployer",
    });
    for (const action of ["iam:PassRole", "sts:AssumeRole", "iam:Pass*"])
      assert.deepEqual(await said(rule, ingestRole(), named(action)), []);
    assert.deepEqual(await said(rule, ingestRole(), named("iam:PassRole", arn.role("in*"))), []);
    for (const other of [named("iam:GetRole"), named("iam:PassRole", arn.role("other"))])
      assert.equal((await said(rule, ingestRole(), other)).length, 1);
  });

  it("accepts a role whose ARN a statement that is not known yet was made from", async () => {
    const later: Given = {
      type: "aws:iam/rolePolicy:RolePolicy",
      name: "later",
      inputs: { name: "p", role: "worker", policy: unknown },
      madeFrom: { policy: ["ingest-role"] },
    };
    const lines = await said(rule, ingestRole(), later);
    assert.deepEqual(
      lines.filter((line) => !line.startsWith("advisory ")),
      [],
    );
  });

  it("accepts a role of an instance profile, of a variable or of another provider's resource", async () => {
    for (const [type, inputs] of [
      ["aws:iam/instanceProfile:InstanceProfile", { name: "i", role: "ingest" }],
      ["aws:lambda/function:Function", { environment: { variables: { R: arn.role("ingest") } } }],
      ["aws-native:pipes:Pipe", { roleArn: arn.role("ingest") }],
    ] as const)
      assert.deepEqual(await said(rule, ingestRole(), { type, name: "user", inputs }), [], type);
  });

  it("accepts a policy of a user or a group", async () => {
    const [policy] = attached(send());
    assert.ok(policy);
    for (const type of [
      "aws:iam/userPolicyAttachment:UserPolicyAttachment",
      "aws:iam/groupPolicyAttachment:GroupPolicyAttachment",
    ]) {
      const user = {
        type,
        name: "user",
        inputs: { policyArn: unknown },
        madeFrom: { policyArn: ["more"] },
      };
      assert.deepEqual(await said(rule, policy, user), []);
    }
  });

  it("rejects a policy that nothing attaches", async () => {
    const [policy] = attached(send());
    assert.ok(policy);
    assert.deepEqual(await said(rule, policy), [
      "more: Is not attached to any principal in this stack: delete it.",
    ]);
  });

  it("accepts a role that others assume too, by a statement of its own or by the same", async () => {
    const operator = { AWS: arn.role("operator") };
    for (const statements of [
      [trust(), trust({ Principal: operator })],
      [trust({ Principal: { ...operator, Service: "iot.amazonaws.com" } })],
      [trust({ Principal: "*" })],
      [trust({ Principal: undefined, NotPrincipal: operator })],
    ])
      assert.deepEqual(await said(rule, ingestRole(...statements)), []);
  });

  it("rejects a role that denies itself to others", async () => {
    const denial = trust({ Effect: "Deny", Principal: { AWS: arn.role("operator") } });
    assert.equal((await said(rule, ingestRole(trust(), denial))).length, 1);
    assert.deepEqual(await said(rule, ingestRole(trust({ Effect: "Deny" }))), []);
  });

  it("accepts a role that people or other accounts assume", async () => {
    for (const Principal of [{ AWS: arn.role("operator") }, { Federated: "accounts.google.com" }])
      assert.deepEqual(await said(rule, ingestRole(trust({ Principal }))), []);
  });
});
