import { createHmac, timingSafeEqual } from "node:crypto";

/** What a device's token says, before its signature is checked. */
export interface TokenClaims {
  deviceId: string;
  /** When the token ends, in seconds since the epoch. */
  expiresAt: number;
  /** The key that signed it, by its id in the secret. */
  keyId: string;
  signature: string;
}

/** The letter of the format, so that another format can follow. */
const version = "d1";

const form =
  /^d1\.([A-Za-z0-9:_-]{1,128})\.([1-9]\d{8,11})\.([A-Za-z0-9_-]{1,32})\.([A-Za-z0-9_-]{43})$/;

/** The longest token: version, device, time, key and signature with the points between them. */
export const longestToken = 256;

/** Makes the token of a device: `d1.<deviceId>.<expiresAt>.<keyId>.<signature>`, where the signature is an HMAC-SHA256 of the rest. */
export function issueToken(
  key: string,
  { deviceId, expiresAt, keyId }: Omit<TokenClaims, "signature">,
): string {
  const text = `${version}.${deviceId}.${expiresAt}.${keyId}`;
  return `${text}.${sign(key, text)}`;
}

/** Reads a token without its key; undefined for text that is none. */
export function readToken(token: string): TokenClaims | undefined {
  if (token.length > longestToken) return undefined;
  const [, deviceId, expiresAt, keyId, signature] = form.exec(token) ?? [];
  if (!deviceId || !expiresAt || !keyId || !signature) return undefined;
  return { deviceId, expiresAt: Number(expiresAt), keyId, signature };
}

/** Whether the key signed the claims; takes the same time for every wrong signature. */
export function isSignedBy(key: string, claims: TokenClaims): boolean {
  const { deviceId, expiresAt, keyId, signature } = claims;
  const own = sign(key, `${version}.${deviceId}.${expiresAt}.${keyId}`);
  return isSame(signature, own);
}

/** Compares secrets without revealing by its time where they differ. */
export function isSame(given: string, own: string): boolean {
  const [one, other] = [Buffer.from(given), Buffer.from(own)];
  return one.length === other.length && timingSafeEqual(one, other);
}

/** The token in `Authorization: Bearer <token>`; undefined without one. */
export const bearer = (header: string | undefined): string | undefined =>
  /^Bearer +([!-~]+) *$/i.exec(header ?? "")?.[1];

const sign = (key: string, text: string): string =>
  createHmac("sha256", key).update(text).digest("base64url");
