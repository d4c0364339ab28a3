import type { CloudFrontRequestResult } from "aws-lambda";
import { createServer } from "node:https";
import type { IncomingMessage, ServerResponse } from "node:http";
import { buffer } from "node:stream/consumers";
import type { Clients } from "../../aws/clients";
import { send } from "../../aws/send";
import { listen } from "../../listen";
import type { Trace } from "../../trace";
import { createMetrics } from "../cloudwatch";
import { invoke } from "../delivery/invoke";
import { createAuthority, type Authority } from "../iot-core";
import { edgeEvent, type EventArgs } from "./edge-event";
import { listed, readResult } from "./edge-result";
import { mostUrlBytes } from "./limits";

/** What a distribution does with a request, as far as this machine does it. */
export interface DistributionPlan extends Pick<EventArgs, "eventType" | "includeBody" | "origin"> {
  id: string;
  allowedMethods: string[];
  /** Of the version of the function at the edge. */
  functionArn: string;
}

/** The fronts of a deployment: HTTPS servers that do what CloudFront does with a request. */
export interface Distributions {
  /** Verifies the certificates of the fronts, in PEM; undefined as long as there are none. */
  readonly ca: string | undefined;
  /** Returns the name of its host, with the port. */
  start(plan: DistributionPlan): Promise<string>;
  stop(): Promise<void>;
}

interface Answer {
  status: number;
  headers: [string, string][];
  body: Buffer | string;
}

const refusal = (status: number, text: string): Answer => ({
  status,
  headers: [
    ["content-type", "text/html"],
    ["x-cache", "Error from cloudfront"],
  ],
  body: `<html><body><h1>${status}</h1>${text}</body></html>`,
});

/** Headers of one connection, which no front passes on. */
const ofConnection = ["connection", "keep-alive", "transfer-encoding", "content-length"];

export function createDistributions({
  clients,
  trace,
}: {
  clients: Clients;
  trace: Trace;
}): Distributions {
  const closers: (() => Promise<void>)[] = [];
  let authority: Authority | undefined;
  const warn = (message: string): void =>
    trace.emit({ kind: "warning", part: "cloudfront", message });

  async function answer(
    plan: DistributionPlan,
    domainName: string,
    message: IncomingMessage,
  ): Promise<Answer> {
    const { method = "GET", url: target = "/", rawHeaders } = message;
    const body = await buffer(message);
    if (!plan.allowedMethods.includes(method))
      return refusal(403, "This distribution is not configured to allow the HTTP request method.");
    if (Buffer.byteLength(target) > mostUrlBytes) return refusal(414, "Request-URI Too Large");
    // https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/RequestAndResponseBehaviorCustomOrigin.html#RequestCustom-get-body
    if (method === "GET" && body.length > 0) return refusal(403, "A GET request has no body.");
    const clientIp = message.socket.remoteAddress ?? "127.0.0.1";
    const event = edgeEvent(
      { method, target, rawHeaders, body, clientIp },
      { ...plan, distribution: { id: plan.id, domainName } },
    );
    const [{ cf }] = event.Records as [(typeof event.Records)[0]];
    const invocation = await invoke(clients, plan.functionArn, event);
    if (invocation.kind === "not-invoked") {
      warn(`The function at the edge was not invoked: ${invocation.reason}`);
      return refusal(503, "The Lambda function associated with the distribution was throttled.");
    }
    if (invocation.kind === "failed") {
      warn(`The function at the edge failed: ${invocation.reason}`);
      return refusal(503, "The Lambda function associated with the distribution failed.");
    }
    const next = readResult(
      invocation.payload as CloudFrontRequestResult,
      { request: cf.request, body },
      plan.eventType,
    );
    if (next.kind === "invalid") {
      warn(`The result of the function at the edge is invalid: ${next.reason}`);
      return refusal(502, "The Lambda function result failed validation.");
    }
    if (next.kind === "respond")
      return {
        ...next,
        headers: [...next.headers, ["x-cache", "LambdaGeneratedResponse from cloudfront"]],
      };
    return fromOrigin(plan, next.request, next.body);
  }

  async function fromOrigin(
    { origin }: DistributionPlan,
    request: Parameters<typeof readResult>[1]["request"],
    body: Buffer,
  ): Promise<Answer> {
    const { method, uri, querystring, headers } = request;
    const passed = listed(headers).filter(([name]) => !ofConnection.includes(name.toLowerCase()));
    const query = querystring === "" ? "" : `?${querystring}`;
    const {
      status,
      headers: answered,
      body: bytes,
    } = await send(clients.account, {
      method,
      path: `${origin.path}${uri}${query}`,
      headers: Object.fromEntries([
        ...passed,
        ...origin.customHeaders.map(({ name, value }) => [name, value] as const),
        ["content-length", String(body.length)],
      ]),
      body,
    });
    const back = Object.entries(answered)
      .filter(([name]) => !ofConnection.includes(name))
      .map(([name, value]): [string, string] => [name, [value ?? ""].flat().join(", ")]);
    return { status, headers: [...back, ["x-cache", "Miss from cloudfront"]], body: bytes };
  }

  return {
    get ca() {
      return authority?.ca;
    },
    async start(plan) {
      authority ??= await createAuthority();
      const { certificate, privateKey } = await authority.issueServer();
      const name = { domain: "" };
      const metrics = createMetrics({
        ...{ clients, trace, namespace: "AWS/CloudFront", unit: "Percent" },
        dimensions: { DistributionId: plan.id, Region: "Global" },
      });
      const handle = (message: IncomingMessage, response: ServerResponse): void => {
        void answer(plan, name.domain, message)
          .catch((error: unknown) => {
            warn(`The origin was not reached: ${String(error)}`);
            return refusal(502, "CloudFront could not connect to the origin.");
          })
          .then(({ status, headers, body }) => {
            metrics.measure("5xxErrorRate", status >= 500 ? 100 : 0);
            response.writeHead(status, headers.flat()).end(body);
          });
      };
      const server = createServer(
        { key: privateKey, cert: certificate, minVersion: "TLSv1.2" },
        handle,
      );
      const { port, close } = await listen(server);
      closers.push(close);
      name.domain = `localhost:${port}`;
      return name.domain;
    },
    async stop() {
      await Promise.all(closers.splice(0).map((close) => close()));
    },
  };
}
