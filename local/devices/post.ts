import { Agent, request } from "node:https";
import { buffer } from "node:stream/consumers";

export interface PostArgs {
  /** @default POST */
  method?: string;
  path: string;
  headers: Record<string, string>;
  body: string | Uint8Array;
}

export interface PostAnswer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: Buffer;
}

/** A client of devices that speak HTTPS. */
export interface Poster {
  post(args: PostArgs): Promise<PostAnswer>;
  close(): void;
}

/** Makes a client of a host; `ca`, in PEM, verifies its certificate. */
export function createPoster(url: string, ca: string | undefined): Poster {
  const agent = new Agent({ keepAlive: true, maxSockets: 16, ca });
  return {
    post: ({ method = "POST", path, headers, body }) =>
      new Promise((resolve, reject) => {
        const length = { "content-length": String(Buffer.byteLength(body)) };
        request(
          `${url}${path}`,
          { method, agent, headers: { ...headers, ...length } },
          (response) => {
            const { statusCode: status = 0, headers: answered } = response;
            buffer(response).then(
              (bytes) => resolve({ status, headers: answered, body: bytes }),
              reject,
            );
          },
        )
          .on("error", reject)
          .end(body);
      }),
    close: () => agent.destroy(),
  };
}
