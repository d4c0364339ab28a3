import * as http from "node:http";
import { buffer } from "node:stream/consumers";
import type { Account } from "../../aws/clients";
import { send } from "../../aws/send";
import { publishedWith, type CountBrokerMetric } from "./broker-metrics";
import { readDataRequest, type DataRequest } from "./data-request";
import { payloadFault } from "./limits";
import type { Headers } from "./mqtt5/headers";
import { listen, type Listening } from "../../listen";
import type { RetainedMessage } from "./sessions";

/** An authorised message received by HTTP. */
export interface HttpPublication {
  topic: string;
  payload: Uint8Array;
  qos: 0 | 1;
  retain: boolean;
  sourceIp: string;
  headers: Headers;
}

export interface DataPlaneArgs {
  account: Account;
  /** Resolves when the rules engine has the message. */
  publish: (publication: HttpPublication) => Promise<void>;
  /** Why the owner of an access key may not retain messages on a topic; undefined if it may. */
  retainRefusal: (
    accessKeyId: string,
    topic: string,
    sourceIp: string,
  ) => Promise<string | undefined>;
  retained: (topic: string) => RetainedMessage | undefined;
  allRetained: () => RetainedMessage[];
  /** Enables the destination of an HTTP action; false for an unknown token. */
  confirm: (token: string) => boolean;
  count: CountBrokerMetric;
  /** @default a free port */
  port?: number;
}

interface Answer {
  status: number;
  headers?: http.OutgoingHttpHeaders;
  body?: Uint8Array | string;
}

/**
 * The HTTP endpoint of IoT data: Publish, GetRetainedMessage and ListRetainedMessages; and the URL by which destinations of HTTP
 * actions are confirmed. Each request goes unchanged, Host header included, to the emulator's own endpoint, which checks
 * signature and permission. Accepted requests are performed here; error responses are returned unchanged. The emulator does not
 * implement `iot:RetainPublish`, so it is checked here. Shadows are refused.
 * @see https://docs.aws.amazon.com/iot/latest/apireference/API_Operations_AWS_IoT_Data_Plane.html
 */
export function startDataPlane(args: DataPlaneArgs): Promise<Listening> {
  const { account } = args;

  async function answer(request: http.IncomingMessage): Promise<Answer> {
    const asked = readDataRequest(request);
    if (asked.kind === "fault") return failure(400, "InvalidRequestException", asked.fault);
    if (asked.kind === "confirm")
      return args.confirm(asked.token)
        ? { status: 200 }
        : failure(400, "InvalidRequestException", "The confirmation token is unknown.");
    const payload = await buffer(request);
    const fault = payloadFault(payload);
    if (fault) return failure(413, "RequestEntityTooLargeException", fault);

    // The signature covers method, path, Host header and body, so they are forwarded unchanged.
    const verdict = await send(account, {
      method: request.method ?? "POST",
      path: request.url ?? "/",
      headers: request.rawHeaders,
      body: payload,
    });
    // The emulator has none of our retained messages, and answers so to every caller with the permission.
    const refused = verdict.status >= 300 && !(asked.kind === "get" && verdict.status === 404);
    return refused ? verdict : ((await perform(asked, request, payload)) ?? verdict);
  }

  /** Undefined if the emulator's response is correct. */
  async function perform(
    asked: DataRequest,
    request: http.IncomingMessage,
    payload: Uint8Array,
  ): Promise<Answer | undefined> {
    if (asked.kind === "list") return json({ retainedTopics: args.allRetained().map(summaryOf) });
    if (asked.kind === "get") {
      const message = args.retained(asked.topic);
      return message && json(contentOf(message));
    }
    if (asked.kind !== "publish") return undefined;
    const { topic, qos, retain, headers } = asked;
    const sourceIp = request.socket.remoteAddress ?? "";
    if (retain) {
      const refusal = await args.retainRefusal(accessKeyOf(request), topic, sourceIp);
      if (refusal) return failure(403, "ForbiddenException", refusal);
    }
    return void (await args.publish({ topic, qos, retain, headers, payload, sourceIp }));
  }

  const server = http.createServer((request, response) => {
    void answer(request)
      .catch((error: Error) => failure(503, "ServiceUnavailableException", error.message))
      .then(({ status, headers, body }) => {
        if (isPublish(request)) args.count(publishedWith(status));
        response.writeHead(status, headers).end(body);
      });
  });
  return listen(server, args.port);
}

/** Whether the request is a publish, valid or not. */
const isPublish = ({ method, url = "" }: http.IncomingMessage): boolean =>
  method === "POST" && url.startsWith("/topics/");

const entryOf = ({ topic, qos, lastModified }: RetainedMessage) => ({
  topic,
  qos,
  lastModifiedTime: lastModified,
});

const contentOf = (message: RetainedMessage) => ({
  ...entryOf(message),
  payload: base64(message.payload),
  ...(message.userProperties && {
    userProperties: base64(
      Buffer.from(
        JSON.stringify(message.userProperties.map(({ key, value }) => ({ [key]: value }))),
      ),
    ),
  }),
});

const summaryOf = (message: RetainedMessage) => ({
  ...entryOf(message),
  payloadSize: message.payload.length,
});

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString("base64");

const accessKeyOf = ({ headers }: http.IncomingMessage): string =>
  /Credential=([^/]+)/.exec(headers.authorization ?? "")?.[1] ?? "";

const json = (document: object, status = 200, headers: http.OutgoingHttpHeaders = {}): Answer => ({
  status,
  headers: { "content-type": "application/json", ...headers },
  body: JSON.stringify(document),
});

const failure = (status: number, code: string, message: string): Answer =>
  json({ message }, status, { "x-amzn-errortype": code });
