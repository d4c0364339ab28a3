import { once } from "node:events";
import * as http from "node:http";
import type { AddressInfo } from "node:net";

/** Stands where AWS would, says yes to everything, and counts. */
export interface RecordingEndpoint {
  url: string;
  /** Variables by which the SDK finds it. */
  environment: Record<string, string>;
  /** Requests since the last time that somebody asked. */
  count(): number;
  stop(): Promise<void>;
}

export async function startRecordingEndpoint(): Promise<RecordingEndpoint> {
  let requests = 0;
  const server = http.createServer((request, response) => {
    requests += 1;
    request.resume().on("end", () => response.end(success(request)));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    environment: {
      AWS_ENDPOINT_URL: url,
      AWS_REGION: "eu-central-1",
      AWS_ACCESS_KEY_ID: "EXAMPLE",
      AWS_SECRET_ACCESS_KEY: "EXAMPLE",
    },
    count() {
      const counted = requests;
      requests = 0;
      return counted;
    },
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

/** The services of these functions take an empty object for success; SNS alone answers in XML. */
function success({ headers }: http.IncomingMessage): string {
  const isForm = headers["content-type"]?.startsWith("application/x-www-form-urlencoded");
  if (!isForm) return "{}";
  return "<PublishResponse><PublishResult><MessageId>1</MessageId></PublishResult></PublishResponse>";
}
