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

  for (const combination of [
    ["iam:AddUserToGroup"],
    ["iam:AttachGroupPolicy"],
    ["iam:AttachRolePolicy"],
    ["iam:AttachUserPolicy"],
    ["iam:CreateAccessKey"],
    ["iam:CreateLoginProfile"],
    ["iam:CreatePolicyVersion"],
    ["iam:PutGroupPolicy"],
    ["iam:PutRolePolicy"],
    ["iam:PutUserPolicy"],
    ["iam:SetDefaultPolicyVersion"],
    ["iam:UpdateAssumeRolePolicy"],
    ["iam:UpdateLoginProfile"],
    ["lambda:UpdateFunctionCode"],
    ["lambda:UpdateFunctionConfiguration"],
    ["iam:PassRole", "cloudformation:CreateStack"],
    ["iam:PassRole", "codebuild:CreateProject", "codebuild:StartBuild"],
    ["iam:PassRole", "ec2:RunInstances"],
    ["iam:PassRole", "ecs:RegisterTaskDefinition", "ecs:RunTask"],
    ["iam:PassRole", "glue:CreateDevEndpoint"],
    ["iam:PassRole", "glue:CreateJob", "glue:StartJobRun"],
    ["iam:PassRole", "lambda:CreateFunction", "lambda:AddPermission"],
    ["iam:PassRole", "lambda:CreateFunction", "lambda:CreateEventSourceMapping"],
    ["iam:PassRole", "lambda:CreateFunction", "lambda:InvokeFunction"],
    ["iam:PassRole", "sagemaker:CreateNotebookInstance"],
    ["iam:PassRole", "states:CreateStateMachine", "states:StartExecution"],
  ])
    it(`rejects ${combination.join(" and ")}, and accepts whatever lacks one of them`, async () => {
      const all = may("sqs:SendMessage", ...combination);
      assert.deepEqual(await said(rule, ingestRole(), permissions(all)), [
        `ingest-role: May ${combination.join(" and ")}, by Statement Send of 'ingest-permissions', which allows the role to obtain every permission: remove one of them.`,
      ]);
      for (const left of combination) {
        const some = may("sqs:SendMessage", ...combination.filter((one) => one !== left));
        assert.deepEqual(await said(rule, ingestRole(), permissions(some)), [], left);
      }
    });

  it("asks nothing of a statement by exceptions, which another rule forbids", async () => {
    const odd = send({ Action: undefined, NotAction: "sqs:SendMessage" });
    assert.deepEqual(await said(rule, ingestRole(), permissions(odd)), []);
  });

  it("rejects a combination, whose parts stand in two documents", async () => {
    const parts = [permissions(may("iam:passrole")), ...attached(may("ec2:RunInstances"))];
    assert.deepEqual(await said(rule, ingestRole(), ...parts), [
      "ingest-role: May iam:PassRole and ec2:RunInstances, by Statement Send of 'ingest-permissions' and Statement Send of 'more', which allows the role to obtain every permission: remove one of them.",
    ]);
  });

  it("accepts a denial", async () => {
    const denial = { ...may("iam:PutRolePolicy"), Effect: "Deny" };
    assert.deepEqual(await said(rule, ingestRole(), permissions(denial)), []);
  });
});
