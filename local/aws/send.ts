import * as http from "node:http";
import * as https from "node:https";
import { buffer } from "node:stream/consumers";
import type { Account } from "./clients";

export interface RawRequest {
  method: string;
  /** With its query. */
  path: string;
  headers: http.OutgoingHttpHeaders | string[];
  body?: Uint8Array | string;
}

export interface RawAnswer {
  status: number;
  headers: http.IncomingHttpHeaders;
  body: Buffer;
}

/** Connections are kept open: a new one costs more than the request. */
const agents = new WeakMap<Account, http.Agent>();

/** Sends a raw request to the emulator, for calls that no SDK client can make. */
export async function send(account: Account, request: RawRequest): Promise<RawAnswer> {
  for (;;) {
    const onward = open(account, request);
    try {
      return await exchange(onward, request.body);
    } catch (error) {
      // The emulator closed a kept connection just before its use, so it has not received the request.
      if (!onward.reusedSocket || (error as NodeJS.ErrnoException).code !== "ECONNRESET")
        throw error;
    }
  }
}

function open(account: Account, { method, path, headers }: RawRequest): http.ClientRequest {
  const { protocol, hostname, port } = new URL(account.endpoint);
  const { request } = protocol === "https:" ? https : http;
  const agent = agents.get(account) ?? createAgent(account);
  agents.set(account, agent);
  return request({
    hostname,
    port,
    method,
    path,
    headers: headers as http.OutgoingHttpHeaders,
    agent,
    // The Host header that is passed on is signed; it is not the name in the certificate.
    servername: "localhost",
  });
}

const createAgent = ({ endpoint, ca }: Account): http.Agent =>
  endpoint.startsWith("https:")
    ? new https.Agent({ keepAlive: true, ca })
    : new http.Agent({ keepAlive: true });

const exchange = (onward: http.ClientRequest, body: RawRequest["body"]): Promise<RawAnswer> =>
  new Promise((resolve, reject) => {
    onward.once("response", (answer) => {
      void buffer(answer).then(
        (bytes) =>
          resolve({ status: answer.statusCode ?? 502, headers: answer.headers, body: bytes }),
        reject,
      );
    });
    onward.on("error", reject).end(body);
  });
