/** Where delivered objects are: a bucket of this program, and the prefix of its data objects. */
export interface Lake {
  bucketName: string;
  /** Ends in `/`. */
  dataPrefix: string;
}

/** The keys that Firehose writes; they need no escaping in SQL, in a URL or in a log. */
const dataKey = /^[A-Za-z0-9_./=-]{1,1000}$/;

/** Why a message cannot be loaded, however often it is tried. */
export interface Refused {
  problem: string;
}

/**
 * Reads the key of a data object from the event "Object Created" of S3, in which keys are not encoded. A message in a queue is data: refuses
 * other buckets, other prefixes and keys that Firehose does not write.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html
 */
export function keyIn(body: string, { bucketName, dataPrefix }: Lake): string | Refused {
  const event = parsed(body);
  const { bucket, object } = event?.detail ?? {};
  const [name, key] = [bucket?.name, object?.key];
  if (typeof name !== "string" || typeof key !== "string")
    return { problem: "The message is not an event about an object in S3." };
  if (name !== bucketName)
    return { problem: `The object is in another bucket than ${bucketName}.` };
  if (!key.startsWith(dataPrefix) || !dataKey.test(key))
    return { problem: `The object is not a data object below ${dataPrefix}.` };
  return key;
}

interface ObjectEvent {
  detail?: { bucket?: { name?: unknown }; object?: { key?: unknown } };
}

function parsed(body: string): ObjectEvent | undefined {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === "object" && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

/** The event of an object, as far as {@link keyIn} reads it. */
export const eventOf = (bucketName: string, key: string): string =>
  JSON.stringify({
    source: "aws.s3",
    "detail-type": "Object Created",
    detail: { bucket: { name: bucketName }, object: { key } },
  });

export const isDataKey = (key: string, dataPrefix: string): boolean =>
  key.startsWith(dataPrefix) && dataKey.test(key);
