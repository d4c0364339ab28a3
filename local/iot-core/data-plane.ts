import * as http from "node:http";
import { buffer } from "node:stream/consumers";
import type { Account } from "../aws/clients";
import { send } from "../aws/send";
import { payloadFault, topicFault } from "./limits";
import { listen, type Listening } from "./listen";

/** A message that came by HTTP, from a sender who may publish it. */
export interface HttpPublication {
  topic: string;
  payload: Uint8Array;
  qos: 0 | 1;
  sourceIp: string;
}

export interface DataPlaneArgs {
  account: Account;
  /** Resolves when the rules engine has the message. */
  publish: (publication: HttpPublication) => Promise<void>;
  /** @default a free port */
  port?: number;
}

/**
 * The HTTP endpoint of IoT data: `POST /topics/<topic>?qos=<0|1>`. Each request goes unchanged, Host header included, to the
 * emulator's own endpoint, which checks signature and `iot:Publish`; what it accepts is published here, what it refuses is
 * passed on word by word. Retained messages, MQTT 5 properties and shadows do not exist here and are refused.
 * @see https://docs.aws.amazon.com/iot/latest/apireference/API_iotdata_Publish.html
 */
export function startDataPlane({ account, publish, port }: DataPlaneArgs): Promise<Listening> {
  const serve: Serve = async (request, response) => {
    const asked = readRequest(request);
    if ("fault" in asked) return fail(response, 400, "InvalidRequestException", asked.fault);
    const payload = await buffer(request);
    const fault = payloadFault(payload);
    if (fault) return fail(response, 413, "RequestEntityTooLargeException", fault);

    // The signature covers method, path, Host header and body, so none of them may change on the way.
    const verdict = await send(account, {
      method: request.method ?? "POST",
      path: request.url ?? "/",
      headers: request.rawHeaders,
      body: payload,
    });
    if (verdict.status < 300)
      await publish({ ...asked, payload, sourceIp: request.socket.remoteAddress ?? "" });
    response.writeHead(verdict.status, verdict.headers).end(verdict.body);
  };
  const server = http.createServer((request, response) => {
    serve(request, response).catch((error: Error) =>
      fail(response, 503, "ServiceUnavailableException", error.message),
    );
  });
  return listen(server, port);
}

type Serve = (request: http.IncomingMessage, response: http.ServerResponse) => Promise<void>;

function readRequest(
  request: http.IncomingMessage,
): { topic: string; qos: 0 | 1 } | { fault: string } {
  const { pathname, searchParams } = new URL(request.url ?? "/", "http://localhost");
  if (request.method !== "POST" || !pathname.startsWith("/topics/"))
    return { fault: `The local IoT Core only publishes; it has no ${request.method} ${pathname}.` };
  const qos = searchParams.get("qos") ?? "0";
  if (qos !== "0" && qos !== "1") return { fault: `QoS is 0 or 1, not '${qos}'.` };
  if (searchParams.get("retain") === "true")
    return {
      fault: "The local data endpoint retains no message; publish without the retain flag.",
    };
  const unknown = [
    ...[...searchParams.keys()].filter((name) => name !== "qos" && name !== "retain"),
    ...Object.keys(request.headers).filter((name) => name.startsWith("x-amz-mqtt5-")),
  ];
  if (unknown.length > 0)
    return { fault: `The local IoT Core speaks no MQTT 5; publish without ${unknown.join(", ")}.` };
  const topic = decodeURIComponent(pathname.slice("/topics/".length));
  const fault = topicFault(topic);
  return fault ? { fault } : { topic, qos: qos === "1" ? 1 : 0 };
}

function fail(response: http.ServerResponse, status: number, code: string, message: string): void {
  response.writeHead(status, { "content-type": "application/json", "x-amzn-errortype": code });
  response.end(JSON.stringify({ message }));
}
