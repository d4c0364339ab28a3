/** Reads the text of the secret. */
export type ReadSecret = () => Promise<string>;

/** The key for Datadog, which is read from its secret at most once per lifetime. */
export interface ApiKey {
  get(): Promise<string>;
  /** Reads the secret again after Datadog denied a key; returns whether it holds another key now. */
  refresh(denied: string): Promise<boolean>;
}

/** Firehose keeps a secret as long. @see https://docs.aws.amazon.com/firehose/latest/dev/using-secrets-manager.html */
export const keyLifetimeMilliseconds = 600_000;

/** Keeps the key for its lifetime, in this execution environment only. */
export function createApiKey(readSecret: ReadSecret, now: () => number): ApiKey {
  let kept: { key: string; until: number } | undefined;
  const read = async (): Promise<string> => {
    const key = keyIn(await readSecret());
    kept = { key, until: now() + keyLifetimeMilliseconds };
    return key;
  };
  return {
    get: async () => (kept && now() < kept.until ? kept.key : read()),
    async refresh(denied) {
      const key = await read();
      return key !== denied;
    },
  };
}

/**
 * The key in a secret's JSON, `{"api_key": "…"}`, the form that Firehose requires as well. The error does not contain the secret.
 * @see https://docs.aws.amazon.com/firehose/latest/dev/secrets-manager-how.html
 */
function keyIn(secret: string): string {
  const wrong = new Error(
    'The secret with the key for Datadog is not {"api_key": "…"}: put such a value into it.',
  );
  let value: unknown;
  try {
    value = JSON.parse(secret);
  } catch {
    // The parser's own error quotes the text.
    throw wrong;
  }
  const key = (value as { api_key?: unknown } | null)?.api_key;
  if (typeof key !== "string" || !/^[\x21-\x7e]+$/.test(key)) throw wrong;
  return key;
}
