import { Sha256 } from "@aws-crypto/sha256-js";
import { SignatureV4 } from "@smithy/signature-v4";

/** What signs requests that no SDK client makes. */
export interface Signer {
  region: string;
  credentials: { accessKeyId: string; secretAccessKey: string; sessionToken?: string };
}

/**
 * A URL for MQTT over WebSocket that is valid for five minutes. AWS IoT expects the session token after the signature, not in it.
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/iam-users-groups-roles.html
 */
export async function signedMqttUrl(
  mqttUrl: string,
  { region, credentials }: Signer,
): Promise<string> {
  const { host, pathname } = new URL(mqttUrl);
  const { sessionToken, ...longTerm } = credentials;
  const signer = new SignatureV4({
    ...{ service: "iotdevicegateway", region, credentials: longTerm, sha256: Sha256 },
  });
  const request = { method: "GET", protocol: "wss:", hostname: host, path: pathname };
  const { query } = await signer.presign(
    { ...request, headers: { host }, query: {} },
    { expiresIn: 300 },
  );
  const parameters = { ...query, ...(sessionToken && { "X-Amz-Security-Token": sessionToken }) };
  const search = Object.entries(parameters).map(
    ([name, value]) => `${name}=${encodeURIComponent(String(value))}`,
  );
  return `wss://${host}${pathname}?${search.join("&")}`;
}

/** Gets a path of an HTTP API with the caller's signature. */
export async function signedGet(
  url: string,
  path: string,
  { region, credentials }: Signer,
): Promise<{ status: number; text: string }> {
  const { protocol, host, pathname } = new URL(url);
  const whole = `${pathname.replace(/\/$/, "")}${path}`;
  const { headers } = await new SignatureV4({
    ...{ service: "execute-api", region, credentials, sha256: Sha256 },
  }).sign({ method: "GET", protocol, hostname: host, path: whole, headers: { host }, query: {} });
  const { host: _, ...others } = headers;
  const answer = await fetch(`${protocol}//${host}${whole}`, { headers: others });
  return { status: answer.status, text: await answer.text() };
}
