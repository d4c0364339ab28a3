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

/** Sends a request to the emulator as it is, for what no SDK client can say. */
export function send(
  { endpoint, ca }: Account,
  { method, path, headers, body }: RawRequest,
): Promise<RawAnswer> {
  const { protocol, hostname, port } = new URL(endpoint);
  const { request } = protocol === "https:" ? https : http;
  return new Promise((resolve, reject) => {
    const onward = request(
      // The Host header that is passed on is signed; it is not the name that the certificate is for.
      {
        hostname,
        port,
        method,
        path,
        headers: headers as http.OutgoingHttpHeaders,
        agent: false,
        ca,
        servername: "localhost",
      },
      (answer) =>
        void buffer(answer).then(
          (bytes) =>
            resolve({ status: answer.statusCode ?? 502, headers: answer.headers, body: bytes }),
          reject,
        ),
    );
    onward.on("error", reject).end(body);
  });
}
