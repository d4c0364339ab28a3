import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import { inputsOf, tagList, type Provisioner } from "../provisioner";

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
      PolicyDocument: withBatchActions(inputs.policy),
    }),
  );
  return { id: `${inputs.role}:${inputs.name}`, state: { ...inputs } };
};

/** Calls that AWS allows by another action's permission, and the emulator only by their own name, which IAM does not know. */
const batches: Record<string, string> = {
  "sqs:SendMessage": "sqs:SendMessageBatch",
  "sqs:DeleteMessage": "sqs:DeleteMessageBatch",
  "sns:Publish": "sns:PublishBatch",
};

/** The document as the emulator has to have it so that it allows what AWS would. */
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
