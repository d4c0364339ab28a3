import {
  CreateAliasCommand,
  CreateKeyCommand,
  EnableKeyRotationCommand,
  KMSClient,
} from "@aws-sdk/client-kms";
import { inputsOf, type Provisioner } from "../provisioner";

interface KeyInputs {
  description?: string;
  policy?: string;
  enableKeyRotation?: boolean;
}

export const key: Provisioner = async (resource, { clients }) => {
  const inputs = inputsOf<KeyInputs>(resource);
  const kms = clients.get(KMSClient);
  const { KeyMetadata } = await kms.send(
    new CreateKeyCommand({ Description: inputs.description, Policy: inputs.policy }),
  );
  const KeyId = KeyMetadata?.KeyId ?? "";
  if (inputs.enableKeyRotation) await kms.send(new EnableKeyRotationCommand({ KeyId }));
  return { id: KeyId, state: { ...inputs, keyId: KeyId, arn: KeyMetadata?.Arn } };
};

export const alias: Provisioner = async (resource, { clients }) => {
  const inputs = inputsOf<{ name: string; targetKeyId: string }>(resource);
  await clients
    .get(KMSClient)
    .send(new CreateAliasCommand({ AliasName: inputs.name, TargetKeyId: inputs.targetKeyId }));
  const { region, accountId } = clients.account;
  return {
    id: inputs.name,
    state: { ...inputs, arn: `arn:aws:kms:${region}:${accountId}:${inputs.name}` },
  };
};
