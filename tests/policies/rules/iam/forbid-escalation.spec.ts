import * as assert from "node:assert/strict";
import { forbidEscalation as rule } from "../../../../policies/rules/iam/forbid-escalation";
import { said } from "../../../support/policy";
import { send } from "../../given";
import { attached, ingestRole, permissions } from "./roles";

const may = (...Action: string[]) => send({ Action, Resource: "*" });

describe(rule.name, () => {
  it("accepts a role that cannot obtain more", async () => {
    const some = may("sqs:SendMessage", "iam:PassRole", "ecs:RunTask", "lambda:InvokeFunction");
    assert.deepEqual(await said(rule, ingestRole(), permissions(some)), []);
  });

  for (const action of [
    "iam:PutRolePolicy",
    "iam:CreatePolicyVersion",
    "lambda:UpdateFunctionCode",
  ])
    it(`rejects ${action} by itself`, async () => {
      assert.deepEqual(await said(rule, ingestRole(), permissions(may(action))), [
        `ingest-role: May ${action}, by Statement Send of 'ingest-permissions', which is as good as every permission: take one away.`,
      ]);
    });

  it("rejects a combination, whose parts stand in two documents", async () => {
    const parts = [permissions(may("iam:passrole")), ...attached(may("ec2:RunInstances"))];
    assert.deepEqual(await said(rule, ingestRole(), ...parts), [
      "ingest-role: May iam:PassRole and ec2:RunInstances, by Statement Send of 'ingest-permissions' and Statement Send of 'more', which is as good as every permission: take one away.",
    ]);
  });

  it("accepts a denial", async () => {
    const denial = { ...may("iam:PutRolePolicy"), Effect: "Deny" };
    assert.deepEqual(await said(rule, ingestRole(), permissions(denial)), []);
  });
});
