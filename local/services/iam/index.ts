import {
  AttachRolePolicyCommand,
  CreateRoleCommand,
  IAMClient,
  PutRolePolicyCommand,
} from "@aws-sdk/client-iam";
import type * as aws from "@pulumi/aws";
import { forgetRole } from "../../aws/role-permissions";
import {
  documentOf,
  inputsOf,
  referenceOf,
  tagList,
  type Provisioner,
  type Provisioners,
} from "../provisioner";

const role: Provisioner = async (resource, { clients }) => {
  const inputs = inputsOf<aws.iam.RoleArgs, "name">(resource, "name");
  const { Role } = await clients.get(IAMClient).send(
    new CreateRoleCommand({
      RoleName: inputs.name,
      AssumeRolePolicyDocument: documentOf(inputs.assumeRolePolicy),
      Tags: tagList(inputs.tags),
    }),
  );
  return { id: inputs.name, state: { ...inputs, arn: Role?.Arn } };
};

const rolePolicy: Provisioner = async (resource, { clients }) => {
  const inputs = inputsOf<aws.iam.RolePolicyArgs, "name">(resource, "name");
  const RoleName = referenceOf(inputs.role);
  await clients.get(IAMClient).send(
    new PutRolePolicyCommand({
      RoleName,
      PolicyName: inputs.name,
      PolicyDocument: withBatchActions(documentOf(inputs.policy)),
    }),
  );
  forgetRole(clients, `arn:aws:iam::${clients.account.accountId}:role/${RoleName}`);
  return { id: `${RoleName}:${inputs.name}`, state: { ...inputs } };
};

/** The emulator has the AWS managed policies that it knows; it refuses any other. */
const rolePolicyAttachment: Provisioner = async (resource, { clients }) => {
  const inputs = inputsOf<aws.iam.RolePolicyAttachmentArgs>(resource);
  const [RoleName, PolicyArn] = [referenceOf(inputs.role), referenceOf(inputs.policyArn)];
  await clients.get(IAMClient).send(new AttachRolePolicyCommand({ RoleName, PolicyArn }));
  return { id: `${RoleName}-${PolicyArn}`, state: { ...inputs } };
};

/** Batch calls that AWS allows by the single call's permission. The emulator asks for a permission of their own name, which IAM does not have. */
const batches: Record<string, string> = {
  "sqs:SendMessage": "sqs:SendMessageBatch",
  "sqs:DeleteMessage": "sqs:DeleteMessageBatch",
  "sns:Publish": "sns:PublishBatch",
};

/** Adds the emulator's names of batch calls, so that the document allows here what it allows on AWS. */
function withBatchActions(policy: string): string {
  const document = JSON.parse(policy) as { Statement: { Action: string | string[] }[] };
  for (const statement of document.Statement) {
    const actions = [statement.Action].flat();
    statement.Action = actions.flatMap((action) => [
      action,
      ...(batches[action] ? [batches[action]] : []),
    ]);
  }
  return JSON.stringify(document);
}

export const provisioners: Provisioners = {
  "aws:iam/role:Role": role,
  "aws:iam/rolePolicy:RolePolicy": rolePolicy,
  "aws:iam/rolePolicyAttachment:RolePolicyAttachment": rolePolicyAttachment,
};
