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
      PolicyDocument: documentOf(inputs.policy),
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

export const provisioners: Provisioners = {
  "aws:iam/role:Role": role,
  "aws:iam/rolePolicy:RolePolicy": rolePolicy,
  "aws:iam/rolePolicyAttachment:RolePolicyAttachment": rolePolicyAttachment,
};
