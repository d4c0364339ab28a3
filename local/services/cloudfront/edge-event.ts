import type { CloudFrontHeaders, CloudFrontRequest, CloudFrontRequestEvent } from "aws-lambda";
import { randomUUID } from "node:crypto";
import { isDisallowed, limits, type RequestEvent } from "./limits";

/** A request as it came over the wire. */
export interface ViewerRequest {
  method: string;
  /** Path and query, percent-encoded. */
  target: string;
  /** Names and values in turn, as they were sent. */
  rawHeaders: readonly string[];
  body: Buffer;
  clientIp: string;
}

export interface Origin {
  domainName: string;
  path: string;
  customHeaders: { name: string; value: string }[];
}

export interface EventArgs {
  eventType: RequestEvent;
  includeBody: boolean;
  distribution: { id: string; domainName: string };
  origin: Origin;
}

/**
 * The event that CloudFront makes of a request, with its limits: the body in Base64, cut where CloudFront cuts it, and without the headers
 * that functions do not see. `Host` names the origin, since the policy of the behaviour leaves out the viewer's.
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/lambda-event-structure.html#lambda-event-structure-request
 */
export function edgeEvent(
  { method, target, rawHeaders, body, clientIp }: ViewerRequest,
  { eventType, includeBody, distribution, origin }: EventArgs,
): CloudFrontRequestEvent {
  const [uri = "/", ...query] = target.split("?");
  const exposed = body.subarray(0, limits[eventType].exposedBytes);
  const request: CloudFrontRequest = {
    clientIp,
    method,
    uri,
    querystring: query.join("?"),
    headers: headersOf(method, rawHeaders, { clientIp, host: origin.domainName }),
    ...(includeBody && {
      body: {
        inputTruncated: exposed.length < body.length,
        action: "read-only",
        encoding: "base64",
        data: exposed.toString("base64"),
      },
    }),
    origin: {
      custom: {
        customHeaders: Object.fromEntries(
          origin.customHeaders.map(({ name, value }) => [
            name.toLowerCase(),
            [{ key: name, value }],
          ]),
        ),
        domainName: origin.domainName,
        keepaliveTimeout: 5,
        path: origin.path,
        port: 443,
        protocol: "https",
        readTimeout: 30,
        sslProtocols: ["TLSv1.2"],
      },
    },
  };
  const config = {
    distributionDomainName: distribution.domainName,
    distributionId: distribution.id,
    eventType,
    requestId: randomUUID(),
  };
  return { Records: [{ cf: { config, request } }] };
}

/**
 * CloudFront drops the header Authorization of requests that it could cache.
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/RequestAndResponseBehaviorCustomOrigin.html#request-custom-headers-behavior
 */
const cacheable = ["GET", "HEAD", "OPTIONS"];

function headersOf(
  method: string,
  raw: readonly string[],
  { clientIp, host }: { clientIp: string; host: string },
): CloudFrontHeaders {
  const headers: CloudFrontHeaders = {};
  const add = (key: string, value: string): void =>
    void (headers[key.toLowerCase()] ??= []).push({ key, value });
  for (let index = 0; index < raw.length; index += 2) {
    const [key = "", value = ""] = raw.slice(index, index + 2);
    const name = key.toLowerCase();
    if (isDisallowed(name) || ["host", "x-forwarded-for", "via"].includes(name)) continue;
    // CloudFront sets its own, so that no viewer forges what it says of certificates.
    if (name.startsWith("cloudfront-")) continue;
    if (name === "authorization" && cacheable.includes(method)) continue;
    add(key, value);
  }
  add("X-Forwarded-For", clientIp);
  add("Via", "1.1 local.cloudfront.net (CloudFront)");
  add("Host", host);
  return headers;
}
