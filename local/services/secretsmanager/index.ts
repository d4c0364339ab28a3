import { CreateSecretCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import type * as aws from "@pulumi/aws";
import { inputsOf, tagList, type Provisioner, type Provisioners } from "../provisioner";

/** What the provisioners of this service use of the local run. */
interface SecretServices {
  /** The values that an operator puts into secrets, by the logical names of these. */
  operatorSecrets: Readonly<Record<string, string>>;
}

/** A secret with the value that an operator would put into it, if this machine has one. */
const secret: Provisioner<SecretServices> = async (resource, { clients, services }) => {
  const inputs = inputsOf<aws.secretsmanager.SecretArgs, "name">(resource, "name");
  const { ARN = "" } = await clients.get(SecretsManagerClient).send(
    new CreateSecretCommand({
      Name: inputs.name,
      Description: inputs.description,
      SecretString: services.operatorSecrets[resource.name],
      Tags: inputs.tags && tagList(inputs.tags),
    }),
  );
  return { id: ARN, state: { ...resource.plain, arn: ARN } };
};

export const provisioners: Provisioners<SecretServices> = {
  "aws:secretsmanager/secret:Secret": secret,
};
