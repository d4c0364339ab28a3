export type Input = Record<string, unknown>;

/** Returns what a value must be and is not, as the end of a sentence "… but must …"; undefined if it is valid. */
export type Limit = (value: unknown, input: Input) => string | undefined;

const kib = 1024;
const mib = 1024 * kib;

/** A text that matches a pattern; `form` follows "must". */
export function match(form: RegExp, words: string): Limit {
  return (value) => (form.test(String(value)) ? undefined : words);
}

/** A whole number, also as text: SQS attributes are texts. */
export function between(min: number, max: number): Limit {
  return (value) => {
    const number = /^\d+$/.test(String(value)) ? Number(value) : NaN;
    return number >= min && number <= max ? undefined : `be a whole number from ${min} to ${max}`;
  };
}

/** JSON of at most `max` characters; AWS does not count white space. */
export function policyDocument(max: number): Limit {
  return (value) => {
    const text = String(value);
    if (parse(text) === undefined) return "be JSON";
    return atMost(max, text.replace(/\s/g, "").length, "characters without white space");
  };
}

/** 1 MiB including attributes, in the characters that XML allows. */
export const queueMessage: Limit = (body, input) => {
  const text = String(body);
  if (text === "") return "have at least 1 character";
  if (/[^\t\n\r\x20-\uFFFD]/.test(text)) return "have no control character but tab, LF and CR";
  return atMost(mib, messageBytes(text, input.MessageAttributes), "bytes with its attributes");
};

/** At most 10 messages with distinct ids, 1 MiB together. */
export const queueBatch: Limit = (entries, input) => {
  const bodies = rows(entries);
  const bytes = bodies.reduce(
    (sum, { MessageBody, MessageAttributes }) => sum + messageBytes(MessageBody, MessageAttributes),
    0,
  );
  return distinctEntries(entries, input) ?? atMost(mib, bytes, "bytes with their attributes");
};

export const distinctEntries: Limit = (entries) => {
  const ids = rows(entries).map(({ Id }) => Id);
  if (ids.length < 1 || ids.length > 10) return "have 1 to 10 entries";
  return new Set(ids).size < ids.length ? "have a distinct Id in each entry" : undefined;
};

/** 256 KiB including attributes (a topic's default); of structure `json`, an object with the text `default`. */
export const notificationText: Limit = (message, input) => {
  const parsed = input.MessageStructure === "json" ? parse(String(message)) : { default: "" };
  if (typeof (parsed as Input | null | undefined)?.default !== "string") {
    return "be a JSON object with the text default, since MessageStructure is json";
  }
  const bytes = messageBytes(message, input.MessageAttributes);
  return atMost(256 * kib, bytes, "bytes with its attributes");
};

/** 4 KB for the names and values together. */
export const environment: Limit = (variables) => {
  const pairs = Object.entries(variables as Input);
  const bytes = pairs.reduce((sum, [name, value]) => sum + length(name) + length(value), 0);
  return atMost(4 * kib, bytes, "bytes of names and values");
};

/** The models state the limits of Lambda Managed Instances, which are wider than those of all other functions. */
export function unlessManaged(limit: Limit): Limit {
  return (value, input) => (input.CapacityProviderConfig ? undefined : limit(value, input));
}

/** A mapping of a stream must state where to begin. */
export const startingPosition: Limit = (arn, { StartingPosition }) =>
  /^[^:]*:[^:]*:(kinesis|dynamodb):/.test(String(arn)) && StartingPosition === undefined
    ? "come with StartingPosition"
    : undefined;

/** Lambda takes batches of more than 10 records only with a batching window. */
export const batchWindow: Limit = (size, { EventSourceArn, MaximumBatchingWindowInSeconds }) =>
  /:sqs:/.test(String(EventSourceArn)) && Number(size) > 10 && !MaximumBatchingWindowInSeconds
    ? "be at most 10 without MaximumBatchingWindowInSeconds"
    : undefined;

/** The largest MQTT message of AWS IoT Core. */
export const publishPayload: Limit = (payload) => atMost(128 * kib, length(payload), "bytes");

function atMost(max: number, actual: number, unit: string): string | undefined {
  return actual <= max ? undefined : `have at most ${max} ${unit}, not ${actual}`;
}

/** SQS and SNS count a message's attributes, names and types included. */
function messageBytes(body: unknown, attributes: unknown): number {
  return Object.entries((attributes ?? {}) as Record<string, Input>).reduce(
    (sum, [name, { DataType, StringValue, BinaryValue }]) =>
      sum + length(name) + length(DataType) + length(StringValue) + length(BinaryValue),
    length(body),
  );
}

function length(value: unknown): number {
  if (value === undefined || value === null) return 0;
  return value instanceof Uint8Array
    ? value.byteLength
    : Buffer.byteLength(`${value as string | number}`);
}

function rows(value: unknown): Input[] {
  return Array.isArray(value) ? (value as Input[]) : [];
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
