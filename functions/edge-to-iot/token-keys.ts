/** Reads the text of the secret. */
export type ReadSecret = () => Promise<string>;

/** What the secret holds. */
export interface KeyRing {
  /** Keys by their ids; a token names the key that signed it. */
  keys: ReadonlyMap<string, string>;
  /** Devices whose tokens are refused, whichever key signed them. */
  revoked: ReadonlySet<string>;
}

/** How long a reading of the secret is kept: a revoked device, or a key that was taken out, is refused after this time. */
export const lifetimeMilliseconds = 60_000;

/** How often an unknown key id makes a new reading, so that made-up ids do not make calls. */
export const refreshMilliseconds = 5_000;

/**
 * Keeps the keys for their lifetime, in this execution environment only. A token of a key that was just added makes it read the secret
 * again.
 */
export function createTokenKeys(
  readSecret: ReadSecret,
  now: () => number,
): (keyId: string) => Promise<KeyRing> {
  let kept: { ring: KeyRing; readAt: number } | undefined;
  return async (keyId) => {
    const age = kept ? now() - kept.readAt : Infinity;
    const isKnown = kept?.ring.keys.has(keyId) ?? false;
    if (kept && age < (isKnown ? lifetimeMilliseconds : refreshMilliseconds)) return kept.ring;
    const ring = ringIn(await readSecret());
    kept = { ring, readAt: now() };
    return ring;
  };
}

/** The keys in a secret's JSON, `{"keys": {"<id>": "<key>"}, "revoked": ["<deviceId>"]}`. The error does not contain the secret. */
export function ringIn(secret: string): KeyRing {
  const wrong = new Error(
    'The secret with the keys of tokens is not {"keys": {"<id>": "<32 characters or more>"}, "revoked": ["<deviceId>"]}: put such a value into it.',
  );
  let value: { keys?: unknown; revoked?: unknown } | null;
  try {
    value = JSON.parse(secret) as typeof value;
  } catch {
    // The parser's own error quotes the text.
    throw wrong;
  }
  const { keys, revoked = [] } = value ?? {};
  if (typeof keys !== "object" || keys === null || !Array.isArray(revoked)) throw wrong;
  const entries = Object.entries(keys);
  const isKey = ([id, key]: [string, unknown]): boolean =>
    /^[A-Za-z0-9_-]{1,32}$/.test(id) && typeof key === "string" && key.length >= 32;
  if (entries.length === 0 || !entries.every(isKey)) throw wrong;
  return { keys: new Map(entries as [string, string][]), revoked: new Set(revoked as string[]) };
}
