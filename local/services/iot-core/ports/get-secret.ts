import { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import type { Ports } from "../../../../iot-sql";
import type { PortArgs } from "./port";

type GetSecret = NonNullable<Ports["getSecret"]>;
type Secret = ReturnType<GetSecret>;

/** AWS IoT caches a secret for this time. */
const keepMilliseconds = 15 * 60_000;

/** Reads a secret with the role that the call names; failures are not cached. */
export function getSecret({ clients, assume }: PortArgs): GetSecret {
  const kept = new Map<string, { secret: Secret; until: number }>();

  async function read(SecretId: string, roleArn: string): Secret {
    const { SecretString, SecretBinary } = await clients
      .get(SecretsManagerClient, await assume(roleArn))
      .send(new GetSecretValueCommand({ SecretId }));
    return {
      ...(SecretString !== undefined && { secretString: SecretString }),
      ...(SecretBinary && { secretBinary: Buffer.from(SecretBinary).toString("base64") }),
    };
  }

  return ({ secretId, roleArn }) => {
    const key = JSON.stringify([secretId, roleArn]);
    const known = kept.get(key);
    if (known && known.until > Date.now()) return known.secret;
    const secret = read(secretId, roleArn);
    kept.set(key, { secret, until: Date.now() + keepMilliseconds });
    secret.catch(() => kept.delete(key));
    return secret;
  };
}
