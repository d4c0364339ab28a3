import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import { inputsOf, tagList, type Provisioner } from "./provisioner";

interface RoleInputs {
  name: string;
  assumeRolePolicy: string;
  tags?: Record<string, string>;
}

export const role: Provisioner = async (resource, { clients }) => {
  const inputs = inputsOf<RoleInputs>(resource);
  const { Role } = await clients.get(IAMClient).send(
    new CreateRoleCommand({
      RoleName: inputs.name,
      AssumeRolePolicyDocument: inputs.assumeRolePolicy,
      Tags: tagList(inputs.tags),
    }),
  );
  return { id: inputs.name, state: { ...inputs, arn: Role?.Arn } };
};

export const rolePolicy: Provisioner = async (resource, { clients }) => {
  const inputs = inputsOf<{ role: string; name: string; policy: string }>(resource);
  await clients.get(IAMClient).send(
    new PutRolePolicyCommand({
      RoleName: inputs.role,
      PolicyName: inputs.name,
      PolicyDocument: inputs.policy,
    }),
  );
  return { id: `${inputs.role}:${inputs.name}`, state: { ...inputs } };
};
