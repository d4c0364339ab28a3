import * as http from "node:http";
import { buffer } from "node:stream/consumers";
import type { Account, Middleware } from "../../aws/clients";
import { send } from "../../aws/send";
import { listen } from "../../listen";
import { parseJson } from "../delivery/json";

/** Records that the emulator has accepted, with the ids that it gave them. */
interface Accepted {
  deliveryStream: string;
  records: { id: string; data: Buffer }[];
}

/**
 * Receives the records that are put to delivery streams. The emulator checks who puts them and assigns ids, but delivers each at once,
 * so its streams have no destination. A bucket as their destination would cost four calls per record and lose order and ids.
 */
export interface FirehoseTap {
  /** The endpoint for functions: it forwards requests to the emulator unchanged, including their signature. */
  endpoint: string;
  /** Middleware for the SDK clients of this process. */
  middleware: Middleware;
  /** Sets the one receiver of the records. */
  connect(take: (accepted: Accepted) => void): void;
  close(): Promise<void>;
}

interface PutRequest {
  DeliveryStreamName?: string;
  Record?: { Data?: unknown };
  Records?: { Data?: unknown }[];
}
interface PutAnswer {
  RecordId?: string;
  RequestResponses?: { RecordId?: string; ErrorCode?: string }[];
}

export async function openFirehoseTap(account: Account): Promise<FirehoseTap> {
  let take: (accepted: Accepted) => void = () => undefined;
  const server = http.createServer((request, response) => {
    forward(account, request).then(
      ({ operation, body, answer }) => {
        if (answer.status === 200 && isPut(operation)) {
          const asked = parseJson(body.toString()) as PutRequest;
          const given = parseJson(answer.body.toString()) as PutAnswer;
          take(acceptedOf(asked, given, (data) => Buffer.from(String(data), "base64")));
        }
        response.writeHead(answer.status, answer.headers).end(answer.body);
      },
      (error: Error) => {
        response.writeHead(503, { "content-type": "application/x-amz-json-1.1" });
        response.end(
          JSON.stringify({ __type: "ServiceUnavailableException", message: error.message }),
        );
      },
    );
  });
  const { port, close } = await listen(server);
  return {
    endpoint: `http://127.0.0.1:${port}`,
    middleware: watch((accepted) => take(accepted)),
    connect: (taker) => void (take = taker),
    close,
  };
}

const isPut = (operation: string): boolean => /^PutRecord(Batch)?$/.test(operation);

async function forward(account: Account, request: http.IncomingMessage) {
  const body = await buffer(request);
  const target = String(request.headers["x-amz-target"] ?? "");
  const answer = await send(account, {
    method: request.method ?? "POST",
    path: request.url ?? "/",
    headers: request.rawHeaders,
    body,
  });
  return { operation: target.split(".").pop() ?? "", body, answer };
}

function acceptedOf(
  asked: PutRequest,
  given: PutAnswer,
  bytes: (data: unknown) => Buffer,
): Accepted {
  const put = asked.Records ?? (asked.Record ? [asked.Record] : []);
  const answers = given.RequestResponses ?? [given];
  const records = put.flatMap(({ Data }, index) => {
    const { RecordId, ErrorCode } = answers[index] as { RecordId?: string; ErrorCode?: string };
    return RecordId && !ErrorCode ? { id: RecordId, data: bytes(Data) } : [];
  });
  return { deliveryStream: asked.DeliveryStreamName ?? "", records };
}

/** The SDK's own shape of what a middleware sees; its types are not exported by the clients. */
interface SdkClient {
  config: { serviceId: string };
  middlewareStack: { add(middleware: Initialize, options: object): void };
}
type Next = (args: { input: PutRequest }) => Promise<{ output: PutAnswer }>;
type Initialize = (next: Next, context: { commandName?: string }) => Next;

const watch =
  (take: (accepted: Accepted) => void): Middleware =>
  (client) => {
    const { config, middlewareStack } = client as unknown as SdkClient;
    if (config.serviceId !== "Firehose") return;
    middlewareStack.add(
      (next, { commandName = "" }) =>
        async (args) => {
          const result = await next(args);
          if (isPut(commandName.replace(/Command$/, "")))
            take(acceptedOf(args.input, result.output, (data) => Buffer.from(data as Uint8Array)));
          return result;
        },
      { step: "initialize", name: "firehoseTap" },
    );
  };
