import * as assert from "node:assert/strict";
import { forbidOrphans as rule } from "../../../../policies/rules/iam/forbid-orphans";
import { said } from "../../../support/policy";
import { arn, send, trust } from "../../given";
import { attached, ingestRole, topicRule } from "./roles";

describe(rule.name, () => {
  it("accepts a role and a policy that are used", async () => {
    assert.deepEqual(await said(rule, ingestRole(), topicRule, ...attached(send())), []);
  });

  it("rejects a role that nothing has", async () => {
    assert.deepEqual(await said(rule, ingestRole()), [
      "ingest-role: Is given to nothing in this stack: delete it.",
    ]);
  });

  it("rejects a policy that nothing attaches", async () => {
    const [policy] = attached(send());
    assert.ok(policy);
    assert.deepEqual(await said(rule, policy), [
      "more: Is attached to nothing in this stack: delete it.",
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
