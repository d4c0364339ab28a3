import { wellArchitected } from "../../frameworks";
import type { StackRule } from "../../rule";
import { statementsByRole, type RoleStatement } from "../../stack/roles";

/** Permissions that together allow a role to obtain every other permission of the account; each list is sufficient. */
const combinations: string[][] = [
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
];

/** Evaluates all documents of a role, because permissions in separate documents combine. */
export const forbidEscalation: StackRule = {
  name: "iam-role-forbid-escalation",
  displayName: "No role can escalate its privileges",
  description: "No role has permissions that together allow it to obtain any other permission.",
  area: "least privilege",
  severity: "critical",
  recommended: {
    level: "mandatory",
    because: "The role can obtain every permission of the account.",
  },
  framework: wellArchitected.leastPrivilege,
  remediationSteps:
    "Remove one of the permissions. Use a deployment pipeline with a permissions boundary to manage roles or functions, not a role of the program.",
  url: "https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html",
  checkStack(stack, report) {
    for (const [role, statements] of statementsByRole(stack))
      for (const combination of combinations) {
        const by = combination.map((action) => statements.find((one) => allows(one, action)));
        if (by.every((one) => one !== undefined))
          report(
            role,
            `May ${combination.join(" and ")}, by ${[...new Set(by.map((one) => one.called))].join(" and ")}, which allows the role to obtain every permission: remove one of them.`,
          );
      }
  },
};

/** Compares names; another rule checks wildcards. */
const allows = ({ statement }: RoleStatement, action: string): boolean =>
  statement.effect === "Allow" &&
  statement.actions?.some((named) => named.toLowerCase() === action.toLowerCase()) === true;
