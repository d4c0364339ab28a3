import type { CloudFrontRequest, CloudFrontRequestEvent } from "aws-lambda";

interface Asked {
  method?: string;
  path?: string;
  headers?: Record<string, string | undefined>;
  body?: string | Uint8Array;
  truncated?: boolean;
}

/**
 * An event of CloudFront for a function at origin-request with the body.
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/lambda-event-structure.html
 */
export function edgeEvent({
  method = "POST",
  path = "/telemetry",
  headers = {},
  body = "",
  truncated = false,
}: Asked): CloudFrontRequestEvent {
  const request: CloudFrontRequest = {
    clientIp: "203.0.113.178",
    method,
    uri: path,
    querystring: "token=of-no-use",
    headers: Object.fromEntries(
      Object.entries(headers).flatMap(([key, value]) =>
        value === undefined ? [] : [[key.toLowerCase(), [{ key, value }]]],
      ),
    ),
    body: {
      inputTruncated: truncated,
      action: "read-only",
      encoding: "base64",
      data: Buffer.from(body as string).toString("base64"),
    },
    origin: {
      custom: {
        customHeaders: { "x-origin-secret": [{ key: "X-Origin-Secret", value: "of-the-origin" }] },
        domainName: "api.example.com",
        keepaliveTimeout: 5,
        path: "",
        port: 443,
        protocol: "https",
        readTimeout: 30,
        sslProtocols: ["TLSv1.2"],
      },
    },
  };
  const config = {
    distributionDomainName: "d111111abcdef8.cloudfront.net",
    distributionId: "EDFDVBD6EXAMPLE",
    eventType: "origin-request" as const,
    requestId: "request-1",
  };
  return { Records: [{ cf: { config, request } }] };
}
