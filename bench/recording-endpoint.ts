import { once } from "node:events";
import * as http from "node:http";
import type { AddressInfo } from "node:net";

/** A double of AWS's endpoints: answers every request with success and counts the requests. */
export interface RecordingEndpoint {
  url: string;
  /** Environment variables that direct the SDK to the endpoint. */
  environment: Record<string, string>;
  /** Returns the number of requests since the last call. */
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

/** An empty JSON object, which is a successful response of all services of these functions but SNS, whose responses are XML. */
function success({ headers }: http.IncomingMessage): string {
  const isForm = headers["content-type"]?.startsWith("application/x-www-form-urlencoded");
  if (!isForm) return "{}";
  return "<PublishResponse><PublishResult><MessageId>1</MessageId></PublishResult></PublishResponse>";
}
