import { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { gzipSync } from "node:zlib";
import { describeError } from "../shared/log";
import { redact } from "../shared/redact";
import type { InfluxdbResponse } from "./influxdb-responses";
import type { Post } from "./influxdb-write";

export interface InfluxdbSettings {
  /** Such as `https://abc.timestream-influxdb.eu-central-1.on.aws:8181`. */
  url: string;
  version: "v3" | "v2";
  /** The database of InfluxDB 3, the bucket of InfluxDB 2. */
  database: string;
  /** Of InfluxDB 2. */
  organization: string;
  /** AWS writes the secret: a token of InfluxDB 3, user name and password of InfluxDB 2. */
  secretArn: string;
}

/** What a request proves itself with. */
interface Credentials {
  headers: Record<string, string>;
  /** The part of the headers that no log and no queue may have. */
  secret: string;
}

/** Of one request. Four of them and the pauses between them take less than the function's timeout. */
const timeoutMilliseconds = 8000;

/**
 * Makes the function that posts lines, compressed, with the precision of their times, and waits until they are durable. It reads the
 * secret once per environment, and again when InfluxDB refuses the credentials. No answer and no error has the token or the session.
 * @see https://docs.influxdata.com/influxdb3/core/write-data/http-api/v3-write-lp/
 * @see https://docs.influxdata.com/influxdb/v2/api/v2/#operation/PostWrite
 */
export function connect(settings: InfluxdbSettings): Post {
  const { url, version, database, organization } = settings;
  const secrets = new SecretsManagerClient({});
  const parameters: Record<string, string> =
    version === "v3"
      ? { db: database, precision: "nanosecond", accept_partial: "true", no_sync: "false" }
      : { org: organization, bucket: database, precision: "ns" };
  const path = version === "v3" ? "/api/v3/write_lp" : "/api/v2/write";
  const target = `${url}${path}?${new URLSearchParams(parameters).toString()}`;
  let credentials: Promise<Credentials> | undefined;

  const authorised = (): Promise<Credentials> => {
    credentials ??= readSecret(secrets, settings.secretArn).then((secret) =>
      version === "v3" ? bearing(tokenIn(secret)) : signIn(url, secret),
    );
    // A failure is not kept: the next request tries again.
    credentials.catch(() => (credentials = undefined));
    return credentials;
  };
  const send = async (body: Uint8Array): Promise<InfluxdbResponse> =>
    request(target, await authorised(), body);
  return async (lines) => {
    const body = gzipSync(lines.join("\n"));
    const response = await send(body);
    if (response.status !== 401) return response;
    credentials = undefined;
    return send(body);
  };
}

async function request(
  url: string,
  { headers, secret }: Credentials,
  body: Uint8Array,
): Promise<InfluxdbResponse> {
  try {
    const response = await fetch(url, {
      method: "POST",
      headers: {
        ...headers,
        "content-type": "text/plain; charset=utf-8",
        "content-encoding": "gzip",
      },
      body,
      redirect: "error",
      signal: AbortSignal.timeout(timeoutMilliseconds),
    });
    const seconds = Number(response.headers.get("retry-after"));
    return {
      status: response.status,
      body: redact(await response.text(), secret),
      retryAfter: seconds > 0 ? seconds * 1000 : 0,
    };
  } catch (error) {
    // Not the cause: the message of an invalid header has its value.
    throw new Error(redact(describeError(error), secret));
  }
}

const bearing = (token: string): Credentials => ({
  headers: { authorization: `Bearer ${token}` },
  secret: token,
});

async function readSecret(client: SecretsManagerClient, SecretId: string): Promise<string> {
  const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId }));
  if (!SecretString) throw new Error(`The secret ${SecretId} is empty.`);
  return SecretString;
}

/** The token of InfluxDB 3: the member `token`, or the whole secret if it is no JSON. */
function tokenIn(secret: string): string {
  const { token } = membersOf(secret) ?? { token: secret.trim() };
  if (typeof token !== "string" || token === "") throw new Error("The secret has no token.");
  return token;
}

/**
 * Opens a session of InfluxDB 2 with the user name and the password in the secret: AWS writes no token there.
 * @see https://docs.influxdata.com/influxdb/v2/api/v2/#operation/PostSignin
 */
async function signIn(url: string, secret: string): Promise<Credentials> {
  const { username, password } = membersOf(secret) ?? {};
  const basic = Buffer.from(`${String(username)}:${String(password)}`).toString("base64");
  const response = await fetch(`${url}/api/v2/signin`, {
    method: "POST",
    headers: { authorization: `Basic ${basic}` },
    redirect: "error",
    signal: AbortSignal.timeout(timeoutMilliseconds),
  });
  const [cookie = ""] = response.headers.get("set-cookie")?.split(";") ?? [];
  if (!response.ok || cookie === "")
    throw new Error(
      `InfluxDB refused the user name and password of the secret: ${response.status}.`,
    );
  return { headers: { cookie }, secret: cookie.slice(cookie.indexOf("=") + 1).trim() };
}

function membersOf(secret: string): Record<string, unknown> | undefined {
  try {
    return Object(JSON.parse(secret)) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}
