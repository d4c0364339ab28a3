import type {
  CloudFrontHeaders,
  CloudFrontRequest,
  CloudFrontRequestResult,
  CloudFrontResultResponse,
} from "aws-lambda";
import { isDisallowed, limits, readOnly, type RequestEvent } from "./limits";

/** What CloudFront does next: answers itself, asks the origin, or finds the function's result invalid. */
export type Next =
  | { kind: "respond"; status: number; headers: [string, string][]; body: Buffer }
  | { kind: "forward"; request: CloudFrontRequest; body: Buffer }
  | { kind: "invalid"; reason: string };

const invalid = (reason: string): Next => ({ kind: "invalid", reason });

/**
 * Validates what a function returned, as CloudFront does before it uses it; CloudFront answers 502 for an invalid result.
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/lambda-event-structure.html
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/http-502-lambda-validation-error.html
 */
export function readResult(
  result: CloudFrontRequestResult,
  asked: { request: CloudFrontRequest; body: Buffer },
  eventType: RequestEvent,
): Next {
  if (typeof result !== "object" || result === null)
    return invalid("The function returned neither a request nor a response.");
  const wrong = wrongHeaders(result.headers ?? {});
  if (wrong !== undefined) return invalid(wrong);
  return "status" in result
    ? responseOf(result, limits[eventType].responseBytes)
    : requestOf(result, asked);
}

function responseOf(response: CloudFrontResultResponse, most: number): Next {
  const { status, headers = {}, body = "", bodyEncoding = "text" } = response;
  if (!/^[1-5]\d\d$/.test(String(status))) return invalid(`status is ${JSON.stringify(status)}.`);
  if (!["text", "base64"].includes(bodyEncoding))
    return invalid(`bodyEncoding is ${bodyEncoding}.`);
  const bytes = Buffer.from(body, bodyEncoding === "base64" ? "base64" : "utf8");
  if (bytes.length > most) return invalid(`The body of the response has ${bytes.length} bytes.`);
  return { kind: "respond", status: Number(status), headers: listed(headers), body: bytes };
}

function requestOf(
  request: CloudFrontRequest,
  { request: before, body }: { request: CloudFrontRequest; body: Buffer },
): Next {
  if (request.method !== before.method) return invalid("The function changed the method.");
  if (!request.uri.startsWith("/")) return invalid(`uri is ${JSON.stringify(request.uri)}.`);
  const changed = readOnly.find(
    (name) => JSON.stringify(request.headers[name]) !== JSON.stringify(before.headers[name]),
  );
  if (changed !== undefined) return invalid(`The function changed the header ${changed}.`);
  if (request.body?.action !== "replace") return { kind: "forward", request, body };
  const { data, encoding } = request.body;
  const bytes = Buffer.from(data, encoding === "base64" ? "base64" : "utf8");
  return { kind: "forward", request, body: bytes };
}

function wrongHeaders(headers: CloudFrontHeaders): string | undefined {
  for (const [name, values] of Object.entries(headers)) {
    if (name !== name.toLowerCase()) return `The header ${name} is not in lower case.`;
    if (isDisallowed(name)) return `The header ${name} is not allowed.`;
    if (!Array.isArray(values)) return `The header ${name} is no list.`;
    for (const { key = name, value } of values)
      if (key.toLowerCase() !== name || typeof value !== "string")
        return `The header ${name} has an invalid key or value.`;
  }
  return undefined;
}

/** Names and values of headers. */
export const listed = (headers: CloudFrontHeaders): [string, string][] =>
  Object.entries(headers).flatMap(([name, values]) =>
    values.map(({ key = name, value }): [string, string] => [key, value]),
  );
