import { asList, asObject, decode, objectIn, type Json } from "./json";
import { fromReadings, unknown, type Originals, type Unknown } from "./originals";
import { understandRecords } from "./records";

/** An object that an on-failure destination of a stream, or a delivery stream below its error prefix, has written. */
export interface StoredFailure {
  bucket: string;
  key: string;
}

/**
 * Reads the event or the notification of S3 about failed batches, or the test message that S3 sends when a notification is configured.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
 */
export function fromS3({
  Records,
  Event,
  source,
  detail,
}: Json):
  { kind: "stored"; objects: StoredFailure[] } | { kind: "empty"; why: string } | undefined {
  if (Event === "s3:TestEvent") return { kind: "empty", why: "a test message of S3" };
  if (source === "aws.s3") {
    const { bucket, object } = asObject(detail) ?? {};
    const [name, key] = [asObject(bucket)?.["name"], asObject(object)?.["key"]];
    // Unlike in notifications, the key is not encoded.
    return typeof name === "string" && typeof key === "string"
      ? { kind: "stored", objects: [{ bucket: name, key }] }
      : undefined;
  }
  const objects = (asList(Records) ?? []).map(objectOf);
  const complete = objects.filter((object) => object !== undefined);
  return complete.length > 0 && complete.length === objects.length
    ? { kind: "stored", objects: complete }
    : undefined;
}

/**
 * Reads the event about a failed batch that S3 sends by EventBridge, in which the key is not encoded.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html
 */
export function fromObjectCreated(
  message: Json,
): { kind: "stored"; objects: StoredFailure[] } | undefined {
  if (message["source"] !== "aws.s3" || message["detail-type"] !== "Object Created")
    return undefined;
  const detail = asObject(message["detail"]);
  const bucket = asObject(detail?.["bucket"])?.["name"];
  const key = asObject(detail?.["object"])?.["key"];
  if (typeof bucket !== "string" || typeof key !== "string" || key === "") return undefined;
  return { kind: "stored", objects: [{ bucket, key }] };
}

function objectOf(record: unknown): StoredFailure | undefined {
  const { eventSource, s3 } = asObject(record) ?? {};
  const bucket = asObject(asObject(s3)?.["bucket"])?.["name"];
  const encoded = asObject(asObject(s3)?.["object"])?.["key"];
  if (eventSource !== "aws:s3" || typeof bucket !== "string" || typeof encoded !== "string")
    return undefined;
  const key = formDecode(encoded);
  return key === undefined ? undefined : { bucket, key };
}

/** S3 form-encodes keys in its events: a space as `+`, everything else percent-encoded. */
function formDecode(key: string): string | undefined {
  try {
    return decodeURIComponent(key.replaceAll("+", " "));
  } catch {
    return undefined;
  }
}

/**
 * Reads the object of an on-failure destination of a stream, whose payload is the whole event as a string, or the lines that a
 * delivery stream writes below its error prefix.
 */
export function understandStored(object: string, topicPrefix: string): Originals | Unknown {
  const lines = rawLines(object);
  if (lines) return understandRecords(lines, topicPrefix);
  const event = objectIn(objectIn(object)?.["payload"]);
  const readings = asList(event?.["Records"])?.map((record) =>
    objectIn(decode(asObject(asObject(record)?.["kinesis"])?.["data"])?.toString()),
  );
  return (
    (readings && fromReadings(readings, topicPrefix)) ??
    unknown(
      "it holds neither a Kinesis event of device messages nor error lines of a delivery stream",
    )
  );
}

/** @see https://docs.aws.amazon.com/firehose/latest/dev/data-transformation-failure-handling.html */
function rawLines(object: string): string[] | undefined {
  const lines = object.split("\n").filter((line) => line.trim() !== "");
  const texts = lines.map((line) => decode(objectIn(line)?.["rawData"])?.toString());
  const complete = texts.filter((text) => text !== undefined);
  return complete.length > 0 && complete.length === lines.length ? complete : undefined;
}
