import {
  CreateAliasCommand,
  CreateKeyCommand,
  EnableKeyRotationCommand,
  KMSClient,
} from "@aws-sdk/client-kms";
import type * as aws from "@pulumi/aws";
import { inputsOf, type Provisioner, type Provisioners } from "../provisioner";

const key: Provisioner = async (resource, { clients }) => {
  const inputs = inputsOf<aws.kms.KeyArgs>(resource);
  const kms = clients.get(KMSClient);
  const { KeyMetadata } = await kms.send(
    new CreateKeyCommand({ Description: inputs.description, Policy: inputs.policy }),
  );
  const KeyId = KeyMetadata?.KeyId ?? "";
  if (inputs.enableKeyRotation) await kms.send(new EnableKeyRotationCommand({ KeyId }));
  return { id: KeyId, state: { ...inputs, keyId: KeyId, arn: KeyMetadata?.Arn } };
};

const alias: Provisioner = async (resource, { clients }) => {
  const inputs = inputsOf<aws.kms.AliasArgs, "name">(resource, "name");
  await clients
    .get(KMSClient)
    .send(new CreateAliasCommand({ AliasName: inputs.name, TargetKeyId: inputs.targetKeyId }));
  const { region, accountId } = clients.account;
  return {
    id: inputs.name,
    state: { ...inputs, arn: `arn:aws:kms:${region}:${accountId}:${inputs.name}` },
  };
};

export const provisioners: Provisioners = {
  "aws:kms/alias:Alias": alias,
  "aws:kms/key:Key": key,
};
