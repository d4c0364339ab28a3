import { GetSecretValueCommand, type SecretsManagerClient } from "@aws-sdk/client-secrets-manager";

/** Returns the token of the collector; `renewed` reads it again even if it is known. */
export type ReadToken = (renewed: boolean) => Promise<string>;

/** How long a token is used before it is read again, as Firehose does: 10 minutes. */
const lifetimeMilliseconds = 600_000;

/**
 * Reads the token from a secret of the form `{"hec_token": "..."}`, the same that Firehose reads, and keeps it for 10 minutes. Throws one
 * sentence for a secret of another form, without its value.
 * @see https://docs.aws.amazon.com/firehose/latest/dev/using-secrets-manager.html
 */
export function tokenInSecret(client: SecretsManagerClient, secretId: string): ReadToken {
  const { parse } = JSON;
  const lifetime = lifetimeMilliseconds;
  let token: string | undefined;
  let expires = 0;
  return async (renewed) => {
    if (token !== undefined && !renewed && Date.now() < expires) return token;
    const { SecretString = "" } = await client.send(
      new GetSecretValueCommand({ SecretId: secretId }),
    );
    let found: unknown;
    try {
      found = (parse(SecretString) as { hec_token?: unknown } | null)?.hec_token;
    } catch {
      // The parser's own error would quote the secret.
      found = undefined;
    }
    if (typeof found !== "string" || found === "")
      throw new Error(`The secret ${secretId} must be JSON with a text hec_token.`);
    token = found;
    expires = Date.now() + lifetime;
    return found;
  };
}
