import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import { createHash } from "node:crypto";
import { promisify } from "node:util";
import { gzip } from "node:zlib";

/** Below this, compressing costs more than it saves. */
const smallestCompressed = 1024;

/** Answers with JSON, compressed if the caller accepts that. */
export async function answer(
  event: APIGatewayProxyEventV2,
  value: object,
  headers: Record<string, string> = {},
): Promise<APIGatewayProxyStructuredResultV2> {
  const body = JSON.stringify(value);
  const common = {
    "content-type": "application/json",
    "cache-control": "private, no-cache",
    vary: "accept-encoding",
    ...headers,
  };
  const accepts = event.headers["accept-encoding"] ?? "";
  if (body.length < smallestCompressed || !/\bgzip\b/.test(accepts))
    return { statusCode: 200, headers: common, body };
  const compressed = await promisify(gzip)(body);
  return {
    statusCode: 200,
    headers: { ...common, "content-encoding": "gzip" },
    body: compressed.toString("base64"),
    isBase64Encoded: true,
  };
}

/** Answers 304 to a caller that has the same value already. */
export async function answerConditionally(
  event: APIGatewayProxyEventV2,
  value: object,
): Promise<APIGatewayProxyStructuredResultV2> {
  // Weak, since it is the same for the compressed answer.
  const digest = createHash("sha256").update(JSON.stringify(value)).digest("base64url");
  const etag = `W/"${digest.slice(0, 22)}"`;
  const known = (event.headers["if-none-match"] ?? "").split(",").map((tag) => tag.trim());
  if (known.includes(etag) || known.includes("*"))
    return { statusCode: 304, headers: { etag, "cache-control": "private, no-cache" } };
  return answer(event, value, { etag });
}
