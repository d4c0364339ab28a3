import { Sha256 } from "@aws-crypto/sha256-js";
import { SignatureV4 } from "@smithy/signature-v4";
import type { Account, Credentials } from "./clients";
import { send, type RawAnswer } from "./send";

export interface ApiRequest {
  /** @default GET */
  method?: string;
  query?: Record<string, string>;
  headers?: Record<string, string>;
  body?: string;
  /** For which the request is signed. @default execute-api */
  service?: string;
  /** Undefined for an unsigned request. @default the account's root */
  credentials?: Credentials;
}

/**
 * Calls an HTTP API of the account, or a path of the emulator's own (which takes root's signature only), as an application with these
 * credentials. `path` is percent-encoded as in the URL.
 */
export async function callApi(
  account: Account,
  url: string,
  path: string,
  asked: ApiRequest = {},
): Promise<RawAnswer> {
  const { method = "GET", query = {}, body, service = "execute-api" } = asked;
  const credentials = "credentials" in asked ? asked.credentials : account.root;
  const { protocol, hostname, host, pathname } = new URL(url);
  const whole = `${pathname.replace(/\/$/, "")}${path}`;
  const headers = {
    host,
    // Node sends no content length for a GET by itself, and the next request would be read as its body.
    ...(body !== undefined && { "content-length": String(Buffer.byteLength(body)) }),
    ...asked.headers,
  };
  const unsigned = { method, protocol, hostname, path: whole, query, headers, body };
  const { region } = account;
  const signed = credentials
    ? await new SignatureV4({
        service,
        region,
        credentials,
        sha256: Sha256,
      }).sign(unsigned)
    : unsigned;
  const search = new URLSearchParams(query).toString();
  const target = search === "" ? whole : `${whole}?${search}`;
  return send(account, { method, path: target, headers: signed.headers, body });
}
