import { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { isObject, parseJson } from "../delivery/json";
import type { Caller } from "../delivery/targets/target";

/**
 * Reads one member of a secret as the stream's role.
 * @see https://docs.aws.amazon.com/firehose/latest/dev/using-secrets-manager.html
 */
export async function readSecret(
  { clients, credentials }: Caller,
  secretArn: string,
  member: string,
): Promise<string> {
  const { SecretString = "" } = await clients
    .get(SecretsManagerClient, await credentials())
    .send(new GetSecretValueCommand({ SecretId: secretArn }));
  const secret = parseJson(SecretString);
  const value = isObject(secret) ? secret[member] : undefined;
  if (typeof value !== "string") throw new Error(`The secret ${secretArn} has no '${member}'.`);
  return value;
}
