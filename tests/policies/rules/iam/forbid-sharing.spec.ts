import * as assert from "node:assert/strict";
import { forbidSharing as rule } from "../../../../policies/rules/iam/forbid-sharing";
import { said, unknown, type Given } from "../../../support/policy";
import { arn } from "../../given";
import { ingestRole, topicRule } from "./roles";

const worker = (role: string): Given => ({
  type: "aws:lambda/function:Function",
  name: "worker",
  inputs: { name: "worker", role },
});
const shared = "ingest-role: Is given to 'ingest-rule', 'worker': make a role for each.";

describe(rule.name, () => {
  it("accepts a role that one resource has, however often it names it", async () => {
    assert.deepEqual(await said(rule, ingestRole(), topicRule, worker(arn.role("other"))), []);
  });

  it("rejects a role that two resources have", async () => {
    assert.deepEqual(await said(rule, ingestRole(), topicRule, worker(arn.role("ingest"))), [
      shared,
    ]);
  });

  it("finds the second one by what its role was made from", async () => {
    const given = { ...worker(unknown), madeFrom: { role: ["ingest-role"] } };
    assert.deepEqual(await said(rule, ingestRole(), topicRule, given), [shared]);
  });

  it("does not take whoever only admits the role for one that has it", async () => {
    const permission: Given = {
      type: "aws:lambda/permission:Permission",
      name: "permission",
      inputs: { principal: arn.role("ingest"), function: "worker" },
    };
    assert.deepEqual(await said(rule, ingestRole(), topicRule, permission), []);
  });
});
