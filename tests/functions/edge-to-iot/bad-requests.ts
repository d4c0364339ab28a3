import { issueToken } from "../../../functions/edge-to-iot/device-token";
import type { Reading } from "../../../reading/reading";

/** A request that a device must not get through, and the answer that tells it why. */
export interface BadRequest {
  title: string;
  /** @default POST */
  method?: string;
  /** @default /telemetry */
  path?: string;
  /** Changes to the headers of a good request; undefined removes one. */
  headers?: Record<string, string | undefined>;
  /** @default the good reading */
  body?: string | Uint8Array;
  status: number;
  /** Of the problem. @default none */
  reason?: string;
  detail: RegExp;
  /** What refuses it. @default the edge */
  at?: "api";
  /** True if only the names and units of the device make it wrong, which the API does not know. @default false */
  spelled?: true;
}

export interface Given {
  reading: Reading;
  /** Of the token with which the device posts. */
  key: string;
  keyId: string;
  /** Bytes of the longest body. */
  mostBytes: number;
  now: number;
  /** A device whose tokens are revoked. */
  revoked: string;
}

/** Requests that are wrong in one way each. */
export function badRequests({ reading, key, keyId, mostBytes, now, revoked }: Given): BadRequest[] {
  const { deviceId } = reading;
  const json = (changes: object): string => JSON.stringify({ ...reading, ...changes });
  const without = (name: keyof Reading): string =>
    JSON.stringify(Object.fromEntries(Object.entries(reading).filter(([other]) => other !== name)));
  const expiresAt = Math.floor(now / 1000) + 3600;
  const token = issueToken(key, { deviceId, expiresAt, keyId });
  const bearer = (other: string) => ({ headers: { authorization: `Bearer ${other}` } });
  const hour = 3_600_000;
  const bad = (reason: string, detail: RegExp) => ({ status: 400, reason, detail });
  const tokenRefused = {
    status: 401,
    reason: "invalid-token",
    detail: /^The token is not valid for a device/,
    at: "api",
  } as const;
  const cut = new Uint8Array(Buffer.from(json({ message: "\u00e9" }))).filter(
    (byte) => byte !== 0xa9,
  );

  return [
    // The request.
    ...["GET", "PUT", "DELETE", "PATCH", "OPTIONS"].map((method) => ({
      ...{ title: method, method, status: 405 },
      detail: new RegExp(`^${method} is not possible here; POST is\\.$`),
    })),
    {
      ...{ title: "another path", path: "/admin", status: 404 },
      detail: /^There is no \/admin; post to \/telemetry\.$/,
    },
    {
      ...{ title: "the path with a slash behind it", path: "/telemetry/", status: 404 },
      detail: /^There is no \/telemetry\/; post to/,
    },
    {
      ...{ title: "no content type", headers: { "content-type": undefined }, status: 415 },
      detail: /must be application\/json\.$/,
    },
    {
      ...{ title: "a form", headers: { "content-type": "application/x-www-form-urlencoded" } },
      ...{
        status: 415,
        detail: /^content-type is "application\/x-www-form-urlencoded"; it must be/,
      },
    },
    {
      ...{ title: "a compressed body", headers: { "content-encoding": "gzip" }, status: 415 },
      detail: /^content-encoding is "gzip"; send the body as it is\.$/,
    },
    {
      ...{ title: "a body that is too long", body: json({ x: "x".repeat(mostBytes) }) },
      ...{ status: 413, detail: new RegExp(`^The body is longer than ${mostBytes} bytes\\.$`) },
    },
    {
      title: "an idempotency key with a space",
      headers: { "idempotency-key": "a b" },
      ...bad("illegal-idempotency-key", /^idempotency-key is "a b"; it must be 1 to 64/),
    },
    {
      title: "an idempotency key of 65 characters",
      headers: { "idempotency-key": "k".repeat(65) },
      ...bad("illegal-idempotency-key", /^idempotency-key is "k/),
    },
    // The device.
    {
      ...{ title: "no token", headers: { authorization: undefined }, status: 401 },
      ...{ reason: "no-token", detail: /^Send the token of the device/ },
    },
    {
      ...{ title: "a password", headers: { authorization: "Basic cHVtcDpwdW1w" }, status: 401 },
      ...{ reason: "no-token", detail: /^Send the token of the device/ },
    },
    {
      ...{ title: "a token of another form", ...bearer("eyJhbGciOiJub25lIn0.e30."), status: 401 },
      ...{ reason: "not-a-token", detail: /^The token is not one of this program's/ },
    },
    {
      title: "a token that is over",
      ...bearer(issueToken(key, { deviceId, keyId, expiresAt: Math.floor(now / 1000) - 60 })),
      ...{ status: 401, reason: "expired-token", detail: /^The token has expired/ },
    },
    {
      title: "a token with another signature",
      ...bearer(`${token.slice(0, -2)}${token.endsWith("AA") ? "BB" : "AA"}`),
      ...tokenRefused,
    },
    {
      title: "a token for another device under this one's signature",
      ...bearer(token.replace(deviceId, `${deviceId}-2`)),
      body: json({ deviceId: `${deviceId}-2` }),
      ...tokenRefused,
    },
    {
      title: "a token that was made longer",
      ...bearer(token.replace(String(expiresAt), String(expiresAt + 1))),
      ...tokenRefused,
    },
    {
      title: "a token of a key that does not exist",
      ...bearer(issueToken(key, { deviceId, expiresAt, keyId: "no-such-key" })),
      ...tokenRefused,
    },
    {
      title: "a token of a revoked device",
      ...bearer(issueToken(key, { deviceId: revoked, expiresAt, keyId })),
      body: json({ deviceId: revoked }),
      ...tokenRefused,
    },
    {
      title: "a reading of another device",
      body: json({ deviceId: `${deviceId}-2` }),
      ...bad("wrong-device", /the topic belongs to/),
    },
    // The body.
    { title: "no body", body: "", ...bad("not-json", /^The payload is not JSON; it begins ""\.$/) },
    {
      title: "text",
      body: "id=1",
      ...bad("not-json", /^The payload is not JSON; it begins "id=1"/),
    },
    {
      title: "JSON that is cut off",
      body: json({}).slice(0, -5),
      ...bad("not-json", /^The payload is not JSON/),
    },
    { title: "bytes that are no UTF-8", body: cut, ...bad("not-utf8", /not UTF-8/) },
    {
      title: "an array",
      body: `[${json({})}]`,
      ...bad("not-an-object", /^The payload is an array/),
    },
    { title: "null", body: "null", ...bad("not-an-object", /^The payload is null/) },
    { title: "a number", body: "42", ...bad("not-an-object", /^The payload is 42/) },
    {
      title: "JSON that nests too deeply",
      body: `${json({}).slice(0, -1)},"x":${"[".repeat(2000)}${"]".repeat(2000)}}`,
      ...bad("too-deep", /1000 levels/),
    },
    {
      title: "half a surrogate pair",
      body: json({ message: "@" }).replace("@", "\\ud800"),
      ...bad("lone-surrogate", /surrogate/),
    },
    {
      title: "a control character",
      body: json({ message: "bell\u0007" }),
      ...bad("illegal-character", /^message is/),
    },
    {
      title: "a message that is too long",
      body: json({ message: "x".repeat(5000) }),
      ...bad("message-too-long", /at most 4096 bytes/),
    },
    {
      title: "no timestamp",
      body: without("timestamp"),
      ...bad("missing-field", /^timestamp is missing\.$/),
    },
    {
      title: "no temperature",
      body: without("temperature"),
      ...bad("missing-field", /^temperature is missing\.$/),
    },
    {
      title: "a time without a zone",
      body: json({ timestamp: "2026-11-24T00:00:00" }),
      ...bad("wrong-type", /^timestamp is/),
    },
    {
      title: "a time of tomorrow",
      body: json({ timestamp: now + 24 * hour }),
      ...bad("clock-ahead", /5 minutes after/),
    },
    {
      title: "a time of last month",
      body: json({ timestamp: now - 30 * 24 * hour }),
      ...bad("clock-behind", /7 days before/),
    },
    {
      title: "a number as text",
      body: json({ temperature: "21.5" }),
      ...bad("wrong-type", /^temperature is "21\.5"; it must be a number/),
    },
    {
      title: "a number out of range",
      body: json({ humidity: 101 }),
      ...bad("out-of-range", /^humidity is 101; it must be a number from 0 to 100\.$/),
    },
    {
      title: "a number that is out of range in its own unit only",
      body: JSON.stringify({
        ...(JSON.parse(without("temperature")) as object),
        ...{ temperature_f: 500 },
      }),
      ...bad("out-of-range", /^temperature is 260; it must be/),
      spelled: true,
    },
    {
      title: "a number beyond double precision",
      body: json({ temperature: "@" }).replace('"@"', "1e999"),
      ...bad("number-too-large", /double precision/),
    },
    {
      title: "a unit that measures something else",
      body: json({ temperature: { value: 21, unit: "hPa" } }),
      ...bad("wrong-type", /^temperature is an object; it must be a number/),
    },
    {
      title: "an unknown status",
      body: json({ status: "fine" }),
      ...bad("wrong-type", /^status is "fine"; it must be "ok", "warning" or "critical"\.$/),
    },
    {
      title: "a field under two names",
      body: json({ temp: 20 }),
      ...bad("ambiguous-field", /^"temperature" and "temp" are both temperature; send one/),
      spelled: true,
    },
  ];
}

/** A good request, which each bad one changes. */
export const goodHeaders = ({ reading, key, keyId, now }: Given): Record<string, string> => ({
  "content-type": "application/json",
  authorization: `Bearer ${issueToken(key, { deviceId: reading.deviceId, keyId, expiresAt: Math.floor(now / 1000) + 3600 })}`,
});
