import { issueToken } from "../../functions/edge-to-iot/device-token";
import { ringIn } from "../../functions/edge-to-iot/token-keys";

export interface TokenRequest {
  /** The JSON of the secret with the keys. */
  secret: string;
  deviceId: string;
  /** In ms since the epoch. */
  now: number;
  days: number;
  /** @default the last key of the secret, which is the newest */
  keyId?: string;
}

/** Makes the token with which a device posts its readings; throws one sentence for a device or a key that there is not. */
export function issueFor({ secret, deviceId, now, days, ...asked }: TokenRequest): string {
  if (!/^[A-Za-z0-9:_-]{1,128}$/.test(deviceId))
    throw new Error(
      `'${deviceId}' is no id of a device; give 1 to 128 letters, digits, ':', '_' and '-'.`,
    );
  const { keys, revoked } = ringIn(secret);
  if (revoked.has(deviceId))
    throw new Error(`Device ${deviceId} is revoked; take it out of the secret's list first.`);
  const known = [...keys.keys()];
  const keyId = asked.keyId ?? known.at(-1) ?? "";
  const key = keys.get(keyId);
  if (key === undefined)
    throw new Error(`The secret has no key '${keyId}'; name one of ${known.join(", ")}.`);
  const expiresAt = Math.floor(now / 1000) + days * 86_400;
  return issueToken(key, { deviceId, expiresAt, keyId });
}
