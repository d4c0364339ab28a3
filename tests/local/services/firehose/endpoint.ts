import * as http from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";

export interface Asked {
  path: string;
  headers: http.IncomingHttpHeaders;
  body: Buffer;
}

/** A server on the loopback that notes what it is asked and answers as `answer` says. */
export async function startEndpoint(
  answer: (asked: Asked) => { status: number; body: unknown },
): Promise<{ url: string; asked: Asked[]; close: () => Promise<void> }> {
  const asked: Asked[] = [];
  const server = http.createServer((request, response) => {
    void buffer(request).then((body) => {
      const one = { path: request.url ?? "", headers: request.headers, body };
      asked.push(one);
      const { status, body: text } = answer(one);
      response.writeHead(status, { connection: "close" }).end(JSON.stringify(text));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
