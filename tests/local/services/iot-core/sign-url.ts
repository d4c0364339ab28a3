import { createHash } from "node:crypto";
import { Sha256 } from "@aws-crypto/sha256-js";
import { SignatureV4 } from "@smithy/signature-v4";
import type { Credentials } from "../../../../local/aws/clients";

export interface SignUrlArgs {
  credentials: Credentials;
  host: string;
  now: number;
  /** @default 300; undefined for a URL that does not say */
  seconds?: number;
  service?: string;
  region?: string;
  /** Headers that are signed beside the host. */
  headers?: Record<string, string>;
}

/** Path and query of a URL for MQTT over WebSocket, signed as a client of AWS IoT does it. */
export async function signUrl(args: SignUrlArgs): Promise<string> {
  const { credentials, host, now, service = "iotdevicegateway", region = "eu-central-1" } = args;
  const { sessionToken, ...longTerm } = credentials;
  const seconds = "seconds" in args ? args.seconds : 300;
  const signer = new SignatureV4({ service, region, credentials: longTerm, sha256: Sha256 });
  const query =
    seconds === undefined || seconds > 604_800
      ? await signByHand(signer, { ...args, service, region, seconds })
      : (
          await signer.presign(
            {
              method: "GET",
              protocol: "wss:",
              hostname: host,
              path: "/mqtt",
              headers: { host, ...args.headers },
              query: {},
            },
            { expiresIn: seconds, signingDate: new Date(now) },
          )
        ).query;
  const parameters = Object.entries(query ?? {}).map(
    ([name, value]) => `${name}=${encodeURIComponent(String(value))}`,
  );
  if (sessionToken) parameters.push(`X-Amz-Security-Token=${encodeURIComponent(sessionToken)}`);
  return `/mqtt?${parameters.join("&")}`;
}

/** URLs that the library does not create: without an expiry, or with one that is too far away. */
async function signByHand(
  signer: SignatureV4,
  { credentials, host, now, seconds, service, region }: SignUrlArgs,
): Promise<Record<string, string>> {
  const time = new Date(now).toISOString().replace(/[-:]|\.\d+/g, "");
  const scope = `${time.slice(0, 8)}/${region}/${service}/aws4_request`;
  const query: Record<string, string> = {
    "X-Amz-Algorithm": "AWS4-HMAC-SHA256",
    "X-Amz-Credential": `${credentials.accessKeyId}/${scope}`,
    "X-Amz-Date": time,
    ...(seconds !== undefined && { "X-Amz-Expires": String(seconds) }),
    "X-Amz-SignedHeaders": "host",
  };
  const canonicalQuery = Object.entries(query)
    .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
    .join("&");
  const hash = (text: string): string => createHash("sha256").update(text).digest("hex");
  const canonical = ["GET", "/mqtt", canonicalQuery, `host:${host}`, "", "host", hash("")];
  const toSign = ["AWS4-HMAC-SHA256", time, scope, hash(canonical.join("\n"))].join("\n");
  return {
    ...query,
    "X-Amz-Signature": await signer.sign(toSign, { signingDate: new Date(now) }),
  };
}
