import * as assert from "node:assert/strict";
import type { IncomingHttpHeaders } from "node:http";
import { gunzipSync } from "node:zlib";
import { callApi, type ApiRequest } from "../../../local/aws/call-api";
import type { RawAnswer } from "../../../local/aws/send";
import type { World } from "./world";

export interface Answered {
  status: number;
  /** Media type, without parameters; undefined for an answer without a body. */
  type?: string;
  headers: IncomingHttpHeaders;
  /** The body as received, before it is decompressed. */
  bytes: number;
  json?: unknown;
}

export interface Api {
  /** `path` as it is in the URL, percent-encoded where it has to be. */
  ask(path: string, asked?: ApiRequest): Promise<Answered>;
}

/** A client of the running API: by HTTPS, with AWS signatures. */
export const openApi = ({ platform, outputs }: World): Api => ({
  ask: async (path, asked) =>
    read(
      await callApi(platform.clients.account, outputs.of["api-to-devices"]?.url ?? "", path, asked),
    ),
});

function read({ status, headers, body: bytes }: RawAnswer): Answered {
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
