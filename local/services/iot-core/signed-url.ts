import { createHash, timingSafeEqual } from "node:crypto";
import { Sha256 } from "@aws-crypto/sha256-js";
import { createScope, getCanonicalQuery, SignatureV4 } from "@smithy/signature-v4";
import type { Credentials } from "../../aws/clients";

/** A request to open a WebSocket. */
export interface UpgradeRequest {
  /** Path and query. */
  url: string;
  host: string;
  /** By names in lower case. @default none but the host */
  headers?: Record<string, string | string[] | undefined>;
}

export interface SignedUrlArgs {
  region: string;
  /** The credentials of an access key; undefined for an unknown key. */
  credentials: (accessKeyId: string) => Credentials | undefined;
  /** The current time, in milliseconds since the epoch. */
  now: number;
}

const service = "iotdevicegateway";
const algorithm = "AWS4-HMAC-SHA256";
/** SigV4's default, for a URL without an expiry; see its page on elements of a request. */
const defaultSeconds = 300;
const longestSeconds = 604_800;

export const isSigned = ({ url }: UpgradeRequest): boolean =>
  new URL(url, "http://host").searchParams.has("X-Amz-Signature");

/**
 * Verifies the SigV4 signature of a URL and returns its access key; throws one sentence otherwise. AWS IoT differs from other
 * services: a session token is appended after signing. Headers beside the host may be signed; AWS's device SDK signs some.
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/protocols.html
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export async function verifySignedUrl(
  { url, host, headers = {} }: UpgradeRequest,
  { region, credentials, now }: SignedUrlArgs,
): Promise<string> {
  const { pathname, searchParams } = new URL(url, "http://host");
  const given = Object.fromEntries(searchParams);
  const { "X-Amz-Signature": signature = "", "X-Amz-Security-Token": token, ...signed } = given;
  const [accessKeyId = "", date = "", ...rest] = (signed["X-Amz-Credential"] ?? "").split("/");
  const time = signed["X-Amz-Date"] ?? "";
  const scope = createScope(date, region, service);
  if (signed["X-Amz-Algorithm"] !== algorithm)
    throw new Error(`The URL is not signed by ${algorithm}.`);
  if (`${date}/${rest.join("/")}` !== scope || !time.startsWith(date))
    throw new Error(`The URL is signed for '${[date, ...rest].join("/")}', not for '${scope}'.`);
  const signedHeaders = (signed["X-Amz-SignedHeaders"] ?? "").split(";");
  if (!signedHeaders.includes("host")) throw new Error("The URL has to sign the host.");
  checkTime(time, signed["X-Amz-Expires"], now);

  const known = credentials(accessKeyId);
  if (!known)
    throw new Error(
      `Access key ${accessKeyId} is not known here; introduce its credentials first.`,
    );
  if (token !== known.sessionToken)
    throw new Error("The session token is not that of the access key.");
  const canonical = [
    "GET",
    pathname,
    getCanonicalQuery({ query: signed } as never),
    ...signedHeaders.map((name) => `${name}:${valueOf(name, { ...headers, host })}`),
    "",
    signedHeaders.join(";"),
    sha256(""),
  ].join("\n");
  const signer = new SignatureV4({ service, region, credentials: known, sha256: Sha256 });
  const expected = await signer.sign([algorithm, time, scope, sha256(canonical)].join("\n"), {
    signingDate: dateOf(time),
  });
  if (!equal(signature, expected)) throw new Error("The signature of the URL is wrong.");
  return accessKeyId;
}

function valueOf(name: string, headers: NonNullable<UpgradeRequest["headers"]>): string {
  const value = headers[name];
  if (value === undefined)
    throw new Error(`The URL signs the header ${name}, which the request does not have.`);
  return [value].flat().join(",").trim().replace(/ +/g, " ");
}

function checkTime(time: string, expires: string | undefined, now: number): void {
  const seconds = Number(expires ?? defaultSeconds);
  const signedAt = dateOf(time).getTime();
  if (!(seconds > 0 && seconds <= longestSeconds) || Number.isNaN(signedAt))
    throw new Error(`The URL is signed at '${time}' for '${seconds}' seconds, which is no time.`);
  if (signedAt > now + defaultSeconds * 1000)
    throw new Error(`The URL is signed for later: ${time}.`);
  if (signedAt + seconds * 1000 < now)
    throw new Error(`The URL has expired: it was signed at ${time} for ${seconds} seconds.`);
}

const dateOf = (time: string): Date =>
  new Date(time.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, "$1-$2-$3T$4:$5:$6Z"));

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

function equal(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
}
