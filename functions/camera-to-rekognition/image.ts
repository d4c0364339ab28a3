import { createHash } from "node:crypto";
import { invalid, type Invalid } from "../shared/invalid";

/** Where cameras upload: a bucket of this program, and the prefix below which each camera has a folder of its own. */
export interface Images {
  bucketName: string;
  /** Ends in `/`. */
  prefix: string;
}

/** One version of an uploaded image. */
export interface Image {
  /** The folder below the prefix, to which the credentials of the camera are limited. */
  deviceId: string;
  bucket: string;
  key: string;
  /** Undefined for an object that was written before the bucket had versions. */
  versionId?: string;
  /** When it was uploaded, in ms since the epoch. */
  uploadedAt: number;
  /** In bytes. */
  size: number;
}

/** The names that AWS IoT takes for things. @see https://docs.aws.amazon.com/iot/latest/apireference/API_CreateThing.html */
const thingName = /^[a-zA-Z0-9:_-]{1,128}$/;

/**
 * Reads an image from the event "Object Created" of S3. Unlike the notifications of S3, an event of EventBridge has the key as it is, so that
 * nothing is decoded: a `+` or a `%` is part of the key. A message in a queue is data: refuses other buckets and prefixes.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html
 */
export function imageIn(body: string, { bucketName, prefix }: Images): Image | Invalid {
  const { time, detail } = parsed(body);
  const { bucket, object } = detail ?? {};
  const { key, size } = object ?? {};
  const uploadedAt = typeof time === "string" ? Date.parse(time) : NaN;
  if (typeof key !== "string" || typeof size !== "number" || !Number.isSafeInteger(uploadedAt))
    return invalid("not-an-image-event", "The message is not an event about a new object in S3.");
  if (bucket?.name !== bucketName)
    return invalid("not-an-image-event", `The object is in another bucket than ${bucketName}.`);
  const [deviceId = "", file = ""] = key.startsWith(prefix)
    ? key.slice(prefix.length).split(/\/(.*)/s)
    : [];
  if (!thingName.test(deviceId) || file === "")
    return invalid("not-an-image-event", `The object is in no folder of a camera below ${prefix}.`);
  const versionId = object?.["version-id"];
  return {
    ...{ deviceId, bucket: bucketName, key, uploadedAt, size },
    ...(typeof versionId === "string" && { versionId }),
  };
}

interface ObjectEvent {
  time?: unknown;
  detail?: {
    bucket?: { name?: unknown };
    object?: { key?: unknown; size?: unknown; "version-id"?: unknown };
  };
}

function parsed(body: string): ObjectEvent {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === "object" && value !== null ? value : {};
  } catch {
    return {};
  }
}

/** The event of an image, as far as {@link imageIn} reads it. */
export const eventOf = ({ bucket, key, versionId, uploadedAt, size }: Image): string =>
  JSON.stringify({
    source: "aws.s3",
    "detail-type": "Object Created",
    time: new Date(uploadedAt).toISOString(),
    detail: { bucket: { name: bucket }, object: { key, size, "version-id": versionId } },
  });

/** Names one version of an object, in a quarantine: an image is too large for a message. */
export const referenceTo = ({ bucket, key, versionId }: Image): Buffer =>
  Buffer.from(JSON.stringify({ bucket, key, versionId }));

/** The same for every event about one version. 32 hexadecimal digits, since a key can be longer than a key of a table. */
export const imageIdOf = (image: Image): string =>
  createHash("sha256").update(referenceTo(image)).digest("hex").slice(0, 32);
