import { Sha256 } from "@aws-crypto/sha256-js";
import { SignatureV4 } from "@smithy/signature-v4";
import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import { Agent, request } from "node:https";
import type { Account } from "./clients";

/** Asks an HTTP API of the account as an application does that IAM lets in. */
export interface ApiCaller {
  /** `path` as it is in the URL, percent-encoded where it has to be. */
  get(path: string, query?: Record<string, string>): Promise<{ status: number; body: unknown }>;
  close(): void;
}

export function createApiCaller(account: Account, url: string, mostAtOnce: number): ApiCaller {
  const { root: credentials, region, ca } = account;
  const { protocol, hostname, host, port, pathname } = new URL(url);
  const agent = new Agent({ keepAlive: true, maxSockets: mostAtOnce, ca });
  const signer = new SignatureV4({ service: "execute-api", region, credentials, sha256: Sha256 });
  return {
    async get(path, query = {}) {
      const whole = `${pathname}${path}`;
      const unsigned = { method: "GET", protocol, hostname, path: whole, query, headers: { host } };
      const { headers } = await signer.sign(unsigned);
      const search = new URLSearchParams(query).toString();
      const target = search === "" ? whole : `${whole}?${search}`;
      const sending = request({ agent, hostname, port, path: target, headers });
      sending.end();
      const [response] = (await once(sending, "response")) as [IncomingMessage];
      const chunks: Buffer[] = [];
      for await (const chunk of response) chunks.push(chunk as Buffer);
      const body = JSON.parse(Buffer.concat(chunks).toString()) as unknown;
      return { status: response.statusCode ?? 0, body };
    },
    close: () => agent.destroy(),
  };
}
