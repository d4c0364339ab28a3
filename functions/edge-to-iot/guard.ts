import type {
  CloudFrontRequest,
  CloudFrontRequestEvent,
  CloudFrontRequestResult,
} from "aws-lambda";
import type { Definition } from "../../reading/definition";
import { definition } from "../../reading/fields";
import { quote } from "../shared/invalid";
import { createJsonParser } from "../shared/json-payload";
import { log } from "../shared/log";
import { problem } from "../shared/problem";
import { createReadingParser } from "../shared/reading-parser";
import { required } from "../shared/settings";
import { deviceOfSubject, noDevice } from "./certificate-subject";
import { bearer, readToken } from "./device-token";
import { createNormaliser } from "./normalise";
import { headers as names, idempotencyKeyForm, path } from "./request";

export interface Settings {
  /** Bytes of the longest body. */
  mostBytes: number;
  /** What says which device a request is of. */
  identity: Identity;
}

/** The token of a device, or the subject of its certificate, which CloudFront verified. */
export type Identity = "token" | "certificate";

export const readSettings = (env: NodeJS.ProcessEnv = process.env): Settings => ({
  mostBytes: Number(required(env, "MOST_BYTES")),
  identity: required(env, "IDENTITY") === "certificate" ? "certificate" : "token",
});

export interface Ports {
  now: () => number;
}

type Problem = ReturnType<typeof problem>;

/**
 * Refuses what is no reading of a device with a problem, before it reaches the API, and gives the rest the names and units of the
 * project. It knows no secret: it reads the device from the token, and the API checks the signature.
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/lambda-event-structure.html#lambda-event-structure-request
 */
export function createHandler(
  settings: Settings,
  { now }: Ports = { now: () => Date.now() },
  of: Definition = definition,
): (event: CloudFrontRequestEvent) => Promise<CloudFrontRequestResult> {
  const parseJson = createJsonParser([]);
  const normalise = createNormaliser(of);
  const parseReading = createReadingParser(of);
  const { mostBytes, identity } = settings;

  /** The device of a request, or the refusal of a request without one. */
  function deviceOf(request: CloudFrontRequest): { deviceId: string } | Problem {
    if (identity === "certificate") {
      const deviceId = deviceOfSubject(headerOf(request, names.subject));
      return deviceId === undefined ? noDevice() : { deviceId };
    }
    const token = bearer(headerOf(request, "authorization"));
    if (token === undefined)
      return unauthorized(
        "no-token",
        "Send the token of the device: Authorization: Bearer <token>.",
      );
    const claims = readToken(token);
    if (!claims)
      return unauthorized("not-a-token", "The token is not one of this program's tokens.");
    if (claims.expiresAt * 1000 <= now())
      return unauthorized("expired-token", "The token has expired; get a new one for the device.");
    return { deviceId: claims.deviceId };
  }

  /** The reading as the API takes it, or why it is none. */
  function readingOf(body: string, deviceId: string): { reading: object } | Problem {
    const badRequest = (reason: string, detail: string): Problem =>
      problem(400, detail, { reason });
    const parsed = parseJson(body);
    if (!parsed.ok) return badRequest(parsed.reason, parsed.detail);
    const { value } = parsed;
    if (typeof value !== "object" || value === null || Array.isArray(value))
      return badRequest(
        "not-an-object",
        `The payload is ${quote(value)}; it must be a JSON object.`,
      );
    const normalised = normalise(value as Record<string, unknown>);
    if (!normalised.ok) return badRequest("ambiguous-field", normalised.detail);
    // JSON writes what JavaScript reads as infinite as null.
    if (Object.values(normalised.values).some((one) => one === Infinity || one === -Infinity))
      return badRequest("number-too-large", "The payload holds a number beyond double precision.");
    const payload = Buffer.from(JSON.stringify({ deviceId, ...normalised.values }));
    const verdict = parseReading({
      deviceId,
      receivedAt: now(),
      payload: payload.toString("base64"),
    });
    if (!verdict.ok) return badRequest(verdict.reason, verdict.detail);
    return { reading: verdict.reading };
  }

  function refusalOf(request: CloudFrontRequest): Problem | undefined {
    const { method, uri, body } = request;
    if (uri !== path) return problem(404, `There is no ${uri.slice(0, 200)}; post to ${path}.`);
    if (method !== "POST")
      return problem(405, `${method} is not possible here; POST is.`, {
        headers: { allow: "POST" },
      });
    const type = headerOf(request, "content-type") ?? "";
    if (!/^application\/(?:json|[a-z0-9.-]+\+json) *(?:;|$)/i.test(type))
      return problem(415, `content-type is ${quote(type)}; it must be application/json.`);
    const encoding = headerOf(request, "content-encoding");
    if (encoding !== undefined && encoding.toLowerCase() !== "identity")
      return problem(415, `content-encoding is ${quote(encoding)}; send the body as it is.`);
    const key = headerOf(request, names.idempotencyKey);
    if (key !== undefined && !new RegExp(idempotencyKeyForm).test(key))
      return problem(
        400,
        `idempotency-key is ${quote(key)}; it must be 1 to 64 letters, digits, '_' and '-'.`,
        { reason: "illegal-idempotency-key" },
      );
    const bytes = Buffer.byteLength(body?.data ?? "", encodingOf(request));
    if (body?.inputTruncated || bytes > mostBytes)
      return problem(413, `The body is longer than ${mostBytes} bytes.`);
    return undefined;
  }

  // A function at the edge is asynchronous or takes a callback; this one has nothing to wait for.
  return (event) => {
    const request = event.Records[0]?.cf.request;
    if (!request) return Promise.reject(new Error("The event has no request."));
    const refused = (refusal: Problem, deviceId?: string): CloudFrontRequestResult => {
      const { statusCode, body } = refusal;
      const { reason } = JSON.parse(body) as { reason?: string };
      log("warn", "request refused", { status: statusCode, reason, deviceId });
      return generated(refusal);
    };
    const refusal = refusalOf(request);
    if (refusal) return Promise.resolve(refused(refusal));
    const device = deviceOf(request);
    if (!("deviceId" in device)) return Promise.resolve(refused(device));
    const { deviceId } = device;
    const body = Buffer.from(request.body?.data ?? "", encodingOf(request)).toString("base64");
    const read = readingOf(body, deviceId);
    if (!("reading" in read)) return Promise.resolve(refused(read, deviceId));
    request.querystring = "";
    request.headers["content-type"] = [{ key: "Content-Type", value: "application/json" }];
    request.body = {
      inputTruncated: false,
      action: "replace",
      encoding: "base64",
      data: Buffer.from(JSON.stringify(read.reading)).toString("base64"),
    };
    return Promise.resolve(request);
  };
}

const unauthorized = (reason: string, detail: string): Problem =>
  problem(401, detail, { reason, headers: { "www-authenticate": "Bearer" } });

const encodingOf = ({ body }: CloudFrontRequest): BufferEncoding =>
  body?.encoding === "text" ? "utf8" : "base64";

/** The value of a header that was sent once; several values are none, since a device sends one. */
function headerOf({ headers }: CloudFrontRequest, name: string): string | undefined {
  const values = headers[name] ?? [];
  return values.length === 1 ? values[0]?.value : undefined;
}

/** A response that CloudFront returns in place of the origin's. */
const generated = ({ statusCode, headers, body }: Problem): CloudFrontRequestResult => ({
  status: String(statusCode),
  headers: Object.fromEntries(
    Object.entries(headers).map(([key, value]) => [key, [{ key, value }]]),
  ),
  bodyEncoding: "text",
  body,
});
