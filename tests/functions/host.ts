import { once } from "node:events";
import type { IncomingHttpHeaders } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { createAuthority } from "../../local/services/iot-core/certificates";

/** A request that reached a host. */
export interface HostCall {
  method: string;
  path: string;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

/** A server with TLS that stands for a host that is not AWS's, by the host's name. */
export interface Host {
  name: string;
  port: number;
  /** By which its certificate is checked, in PEM. */
  ca: string;
  calls: HostCall[];
  /** Sets its response. @default 200 without a body */
  answer(status: number, body?: string): void;
  stop(): Promise<void>;
}

export async function startHost(name: string): Promise<Host> {
  const authority = await createAuthority();
  const { certificate, privateKey } = await authority.issueServer([name]);
  const calls: HostCall[] = [];
  let [status, body] = [200, ""];
  const server = createServer({ cert: certificate, key: privateKey }, (request, response) => {
    void buffer(request).then((read) => {
      const { method = "", url = "", headers } = request;
      calls.push({ method, path: url, headers, body: read });
      response.writeHead(status).end(body);
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    name,
    port: (server.address() as AddressInfo).port,
    ca: authority.ca,
    calls,
    answer(nextStatus, nextBody = "") {
      [status, body] = [nextStatus, nextBody];
    },
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
