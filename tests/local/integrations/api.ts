import { Sha256 } from "@aws-crypto/sha256-js";
import { SignatureV4 } from "@smithy/signature-v4";
import * as assert from "node:assert/strict";
import { once } from "node:events";
import { Agent, request } from "node:https";
import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import { gunzipSync } from "node:zlib";
import type { Credentials } from "../../../local/aws/clients";
import type { World } from "./world";

export interface Asked {
  /** @default GET */
  method?: string;
  query?: Record<string, string>;
  headers?: Record<string, string>;
  body?: string;
  /** Undefined for a request that nobody signs. @default the account's root */
  credentials?: Credentials;
}

export interface Answered {
  status: number;
  /** Media type, without parameters; undefined for an answer without a body. */
  type?: string;
  headers: IncomingHttpHeaders;
  /** The body as it came, before it is unpacked. */
  bytes: number;
  json?: unknown;
}

export interface Api {
  /** `path` as it is in the URL, percent-encoded where it has to be. */
  ask(path: string, asked?: Asked): Promise<Answered>;
  end(): void;
}

/** The running API, asked as an application asks it: by HTTPS, signed as AWS signs requests. */
export function openApi({ platform, outputs }: World): Api {
  const { root, region, ca } = platform.clients.account;
  const base = new URL(outputs.apis.devices ?? "");
  const agent = new Agent({ keepAlive: true, maxSockets: 20, ca });
  return {
    async ask(path, asked = {}) {
      const { method = "GET", query = {}, headers = {}, body } = asked;
      const credentials = "credentials" in asked ? asked.credentials : root;
      const unsigned = {
        method,
        protocol: base.protocol,
        hostname: base.hostname,
        path: `${base.pathname}${path}`,
        query,
        headers: {
          host: base.host,
          // Node says how long a body is for no GET by itself, and the next request would begin in it.
          ...(body !== undefined && { "content-length": String(Buffer.byteLength(body)) }),
          ...headers,
        },
        body,
      };
      const signed = credentials
        ? await new SignatureV4({
            service: "execute-api",
            region,
            credentials,
            sha256: Sha256,
          }).sign(unsigned)
        : unsigned;
      const search = new URLSearchParams(query).toString();
      const sending = request({
        agent,
        method,
        hostname: base.hostname,
        port: base.port,
        path: search ? `${unsigned.path}?${search}` : unsigned.path,
        headers: signed.headers,
      });
      sending.end(body);
      const [response] = (await once(sending, "response")) as [IncomingMessage];
      return read(response);
    },
    end: () => agent.destroy(),
  };
}

async function read(response: IncomingMessage): Promise<Answered> {
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  const { headers, statusCode: status = 0 } = response;
  const bytes = Buffer.concat(chunks);
  if (bytes.length === 0) return { status, headers, bytes: 0 };
  const text = headers["content-encoding"] === "gzip" ? gunzipSync(bytes) : bytes;
  const type = headers["content-type"]?.split(";")[0];
  // The emulator's refusals in the name of IAM are of a type of their own.
  assert.match(String(type), /json(-1\.0)?$/);
  return {
    status,
    type,
    headers,
    bytes: bytes.length,
    json: JSON.parse(text.toString()) as unknown,
  };
}
