import { fromEvents, type FailedEvent, type FailedExecution } from "./event-envelopes";
import { fromStreamBatch, type StreamBatch } from "./stream-batch";

/** A device message as it was first published. */
export interface Original {
  topic: string;
  payload: Uint8Array;
}

/** An object that a stream's on-failure destination, or a delivery stream below its error prefix, wrote. */
export interface StoredFailure {
  bucket: string;
  key: string;
}

/** A notification that could not be delivered to a person or a webhook. */
export interface Notification {
  topicArn: string;
  subject?: string;
  text: string;
  attributes: Record<string, { DataType: string; StringValue: string }>;
}

/** What the body of a message in a failures queue turned out to be. */
export type Envelope =
  | { kind: "originals"; originals: Original[] }
  | { kind: "stored"; objects: StoredFailure[] }
  /** To be read from the stream while it has them. */
  | { kind: "batch"; batch: StreamBatch }
  | { kind: "notification"; notification: Notification }
  | { kind: "event"; event: FailedEvent }
  | { kind: "execution"; execution: FailedExecution }
  /** Carries nothing to send again, such as the message by which S3 tries out a queue. */
  | { kind: "empty"; why: string }
  | { kind: "unknown"; why: string };

type Json = Record<string, unknown>;

/**
 * Understands what the failure paths of an integration write: an IoT error action, a queue's redrive, Lambda's record of an
 * asynchronous event, S3's notice of a stream's failed batch, the metadata of one, the dead letters of subscriptions and event rules,
 * and failed executions.
 */
export function understand(body: string, topicPrefix: string): Envelope {
  const message = objectIn(body);
  if (!message) return unknown("it is not a JSON object");
  return (
    fromErrorAction(message) ??
    fromReadings([message], topicPrefix) ??
    fromAsynchronousInvocation(message, topicPrefix) ??
    fromS3(message) ??
    fromBatch(message) ??
    fromSubscription(message, topicPrefix) ??
    fromEvents(message) ??
    unknown("it is none of the envelopes that the failure paths write")
  );
}

/** Understands the records of a stream, or of a delivery stream: each is our own envelope, or none of them counts. */
export const understandRecords = (texts: readonly string[], topicPrefix: string): Envelope =>
  fromReadings(texts.map(objectIn), topicPrefix) ??
  unknown("its records are not all device messages with their envelope");

/**
 * Understands the object that a stream's on-failure destination holds: its payload is the whole event, as a string. Or the lines that a
 * delivery stream writes below its error prefix.
 */
export function understandStored(object: string, topicPrefix: string): Envelope {
  const lines = rawLines(object);
  if (lines) return understandRecords(lines, topicPrefix);
  const event = objectIn(objectIn(object)?.["payload"]);
  const readings = listIn(event?.["Records"])?.map((record) =>
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

function fromBatch(message: Json): Envelope | undefined {
  const batch = fromStreamBatch(message);
  return batch && { kind: "batch", batch };
}

/** @see https://docs.aws.amazon.com/iot/latest/developerguide/rule-error-handling.html */
function fromErrorAction({ topic, base64OriginalPayload }: Json): Envelope | undefined {
  const payload = decode(base64OriginalPayload);
  if (!payload || typeof topic !== "string" || topic === "") return undefined;
  return { kind: "originals", originals: [{ topic, payload }] };
}

/** Our own envelope, `{ deviceId, receivedAt, payload }`, as rules write it; all of them or none. */
function fromReadings(
  readings: readonly (Json | undefined)[],
  topicPrefix: string,
): Envelope | undefined {
  const originals = readings.flatMap((reading): Original[] => {
    const { deviceId, receivedAt, payload: encoded } = reading ?? {};
    const payload = decode(encoded);
    // A topic level: anything else would publish somewhere the device never did.
    if (typeof deviceId !== "string" || !/^[^/+#\0]+$/.test(deviceId)) return [];
    if (typeof receivedAt !== "number" || !payload) return [];
    return [{ topic: `${topicPrefix}/${deviceId}/telemetry`, payload }];
  });
  const complete = originals.length > 0 && originals.length === readings.length;
  return complete ? { kind: "originals", originals } : undefined;
}

/** @see https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html */
function fromAsynchronousInvocation(
  { requestContext, requestPayload }: Json,
  topicPrefix: string,
): Envelope | undefined {
  const records = listIn(asObject(requestPayload)?.["Records"]);
  if (!asObject(requestContext) || !records) return undefined;
  const readings = records.map((record) =>
    objectIn(asObject(asObject(record)?.["Sns"])?.["Message"]),
  );
  return fromReadings(readings, topicPrefix);
}

/** @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html */
function fromS3({ Records, Event }: Json): Envelope | undefined {
  if (Event === "s3:TestEvent") return { kind: "empty", why: "S3 only tried out the queue" };
  const objects = (listIn(Records) ?? []).map((record): StoredFailure | undefined => {
    const { eventSource, s3 } = asObject(record) ?? {};
    const bucket = asObject(asObject(s3)?.["bucket"])?.["name"];
    const key = asObject(asObject(s3)?.["object"])?.["key"];
    if (eventSource !== "aws:s3" || typeof bucket !== "string" || typeof key !== "string") {
      return undefined;
    }
    const decoded = formDecode(key);
    return decoded === undefined ? undefined : { bucket, key: decoded };
  });
  const complete = objects.filter((object) => object !== undefined);
  return complete.length > 0 && complete.length === objects.length
    ? { kind: "stored", objects: complete }
    : undefined;
}

function fromSubscription(message: Json, topicPrefix: string): Envelope | undefined {
  const { Type, TopicArn: topicArn, Message: text, Subject: subject } = message;
  if (Type !== "Notification" || typeof topicArn !== "string" || typeof text !== "string") {
    return undefined;
  }
  const reading = objectIn(text);
  const original = reading && fromReadings([reading], topicPrefix);
  if (original) return original;
  const attributes = Object.entries(asObject(message["MessageAttributes"]) ?? {}).map(
    ([name, attribute]) => {
      const { Type: DataType, Value: StringValue } = asObject(attribute) ?? {};
      return [name, { DataType: String(DataType), StringValue: String(StringValue) }] as const;
    },
  );
  return {
    kind: "notification",
    notification: {
      topicArn,
      text,
      ...(typeof subject === "string" && { subject }),
      attributes: Object.fromEntries(attributes),
    },
  };
}

const unknown = (why: string): Envelope => ({ kind: "unknown", why });

function objectIn(text: unknown): Json | undefined {
  if (typeof text !== "string") return undefined;
  try {
    return asObject(JSON.parse(text));
  } catch {
    return undefined;
  }
}

const asObject = (value: unknown): Json | undefined =>
  typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Json)
    : undefined;

const listIn = (value: unknown): unknown[] | undefined =>
  Array.isArray(value) ? (value as unknown[]) : undefined;

/** S3 form-encodes keys in its events: a blank as `+`, all else percent-encoded. */
function formDecode(key: string): string | undefined {
  try {
    return decodeURIComponent(key.replaceAll("+", " "));
  } catch {
    return undefined;
  }
}

/** Only what base64 would give again is base64; Buffer alone decodes anything. */
function decode(text: unknown): Buffer | undefined {
  if (typeof text !== "string") return undefined;
  const bytes = Buffer.from(text, "base64");
  return bytes.toString("base64") === text ? bytes : undefined;
}
