import { isObject, parseJson, type Json } from "../../services/delivery/json";

/** A log as Datadog stores it; the members beside the reserved ones are its attributes. */
export interface Log {
  /** In ms since the epoch: that of the log or, if it says none, of its arrival. */
  date: number;
  attributes: Record<string, Json>;
}

/** A request of Firehose, decompressed. */
export interface Delivery {
  headers: Record<string, string | string[] | undefined>;
  text: string;
  key: string;
  now: number;
}

/** The answer to Firehose, and the logs that it acknowledges. */
export interface Delivered {
  status: number;
  body: object;
  logs: Log[];
  /** Logs that are answered 200 and dropped, since they say a time of long ago. */
  dropped: number;
}

/** Of a request before compression, and of one log. @see https://docs.datadoghq.com/api/latest/logs/#send-logs */
const mostBytes = 5_000_000;
const mostLogBytes = 1_000_000;
const mostMillisecondsBehind = 18 * 3_600_000;

/**
 * Takes a request of Firehose as Datadog's endpoint for logs does: the key is in Firehose's own header, each record is a log, and the
 * answer repeats the id of the request.
 * @see https://docs.aws.amazon.com/firehose/latest/dev/httpdeliveryrequestresponse.html
 */
export function takeDelivery({ headers, text, key, now }: Delivery): Delivered {
  const requestId = headers["x-amz-firehose-request-id"];
  const answer = (status: number, errorMessage?: string): Delivered => ({
    ...{ status, logs: [], dropped: 0 },
    body: { requestId, timestamp: now, ...(errorMessage !== undefined && { errorMessage }) },
  });
  if (headers["x-amz-firehose-access-key"] !== key) return answer(403, "Forbidden");
  if (headers["x-amz-firehose-protocol-version"] !== "1.0")
    return answer(400, "The version of the protocol is not 1.0");
  if (!/^application\/json\b/.test(String(headers["content-type"])))
    return answer(415, "Unsupported media type");
  const body = parseJson(text);
  if (!isObject(body) || typeof requestId !== "string" || body["requestId"] !== requestId)
    return answer(400, "The body and the header have no common request id");
  if (!Number.isSafeInteger(body["timestamp"])) return answer(400, "The body has no timestamp");
  const records = Array.isArray(body["records"]) ? body["records"] : [];
  if (records.length === 0) return answer(400, "The body has no records");
  const logs: Log[] = [];
  let dropped = 0;
  let bytes = 0;
  for (const record of records) {
    const data = isObject(record) ? decoded(record["data"]) : undefined;
    if (data === undefined) return answer(400, "The data of a record is not Base64");
    bytes += data.length;
    if (bytes > mostBytes || data.length > mostLogBytes) return answer(413, "Payload too large");
    const attributes = parseJson(data.toString());
    if (!isObject(attributes)) return answer(400, "A log is not a JSON object");
    const date = attributes["timestamp"] ?? now;
    if (typeof date !== "number") return answer(400, "The timestamp of a log is no number");
    if (now - date > mostMillisecondsBehind) dropped += 1;
    else logs.push({ date, attributes });
  }
  return { ...answer(200), logs, dropped };
}

function decoded(data: Json | undefined): Buffer | undefined {
  if (typeof data !== "string") return undefined;
  const bytes = Buffer.from(data, "base64");
  return bytes.toString("base64") === data ? bytes : undefined;
}
