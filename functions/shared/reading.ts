import { isUtf8 } from "node:buffer";
import * as v from "valibot";
import type { Envelope } from "./envelope";

/** What a device says, valid. */
export interface Reading {
  deviceId: string;
  /** ms since the epoch; together with `deviceId` it names the reading. */
  timestamp: number;
  /** °C, −100 to 200. */
  temperature: number;
  /** %, 0 to 100. */
  humidity: number;
  /** hPa, 300 to 1100. */
  pressure: number;
  status: "ok" | "warning" | "critical";
  /** At most 4 KiB of UTF-8. */
  message?: string;
}

/** Why a message is not a reading; operators and dashboards count by these. */
export type Reason =
  | "not-an-envelope"
  | "not-utf8"
  | "not-json"
  | "too-deep"
  | "number-too-large"
  | "not-an-object"
  | "missing-field"
  | "wrong-type"
  | "out-of-range"
  | "illegal-device-id"
  | "wrong-device"
  | "clock-ahead"
  | "clock-behind"
  | "message-too-long"
  | "not-critical";

export interface Invalid {
  reason: Reason;
  /** One sentence for a person: field, value, what it must be. */
  detail: string;
}

export type Verdict = { ok: true; reading: Reading } | ({ ok: false } & Invalid);

export type ReadingParser = (envelope: Envelope) => Verdict;

const hour = 3_600_000;
const furthestAhead = 24 * hour;
const furthestBehind = 7 * 24 * hour;
const longestMessage = 4096;
const deepest = 1000;

/**
 * Makes the parser that decides what a reading is. Fields it does not know are ignored, whatever they hold, and never copied.
 * It never throws, and it accepts exactly what the WHERE clause of `validReadingsSql` accepts. What it and its parts need per
 * reading they look up here, once (docs/bench.md, "Handler CPU").
 */
export function createReadingParser(): ReadingParser {
  const schema = createReadingSchema();
  const parseJson = createJsonParser();
  const misplaced = createPlaceCheck();
  const { safeParse } = v;
  const firstIssue = { abortEarly: true };
  return ({ deviceId, receivedAt, payload }) => {
    const parsed = parseJson(payload);
    if (!parsed.ok) return parsed;
    const result = safeParse(schema, parsed.value, firstIssue);
    if (!result.success) return invalidField(result.issues[0], parsed.value);
    return misplaced(result.output, deviceId, receivedAt) ?? { ok: true, reading: result.output };
  };
}

/** What a device may send, as a schema; made anew for whoever asks, since callbacks have no module state. */
export function createReadingSchema() {
  const within = (least: number, most: number) => {
    const bounds = `a number from ${least} to ${most}`;
    return v.pipe(v.number(bounds), v.minValue(least, bounds), v.maxValue(most, bounds));
  };
  const { byteLength } = Buffer;
  const longest = longestMessage;
  const device = "1 to 128 letters, digits, ':', '_' and '-'";
  return v.object({
    deviceId: v.pipe(v.string(device), v.regex(/^[A-Za-z0-9:_-]{1,128}$/, device)),
    timestamp: v.pipe(v.number(wholeMilliseconds), v.integer(wholeMilliseconds)),
    temperature: within(-100, 200),
    humidity: within(0, 100),
    pressure: within(300, 1100),
    status: v.picklist(["ok", "warning", "critical"], '"ok", "warning" or "critical"'),
    message: v.optional(
      v.pipe(
        v.string("text"),
        v.check((text) => byteLength(text) <= longest, `at most ${longest} bytes of UTF-8`),
      ),
    ),
  });
}

const wholeMilliseconds = "a whole number of milliseconds since the epoch";

/** What a field's issue means, by the kind of check that failed. */
const reasons: Record<string, Reason> = {
  regex: "illegal-device-id",
  integer: "wrong-type",
  min_value: "out-of-range",
  max_value: "out-of-range",
  check: "message-too-long",
};

function invalidField(issue: v.BaseIssue<unknown>, value: unknown): Verdict {
  const key = issue.path?.[0]?.key;
  // To valibot an array is an object without fields.
  if (typeof key !== "string" || Array.isArray(value))
    return invalid("not-an-object", `The payload is ${shown(value)}; it must be a JSON object.`);
  const field = Object.prototype.hasOwnProperty.call(value, key);
  // valibot names what a missing or mistyped field should be after the field's own check.
  if (!field) return invalid("missing-field", `${key} is missing.`);
  const given = (value as Record<string, unknown>)[key];
  return invalid(
    reasons[issue.type] ?? "wrong-type",
    `${key} is ${shown(given)}; it must be ${issue.message}.`,
  );
}

/** A reading of another device, or of another time, is nobody's. */
function createPlaceCheck() {
  const [mostAhead, mostBehind] = [furthestAhead, furthestBehind];
  const nothing = undefined;
  return (reading: Reading, deviceId: string, receivedAt: number): Verdict | undefined => {
    if (reading.deviceId !== deviceId)
      return invalid(
        "wrong-device",
        `deviceId is ${shown(reading.deviceId)}; the topic belongs to ${shown(deviceId)}.`,
      );
    const ahead = reading.timestamp - receivedAt;
    if (ahead > mostAhead)
      return invalid(
        "clock-ahead",
        `timestamp is ${reading.timestamp}, more than 24 hours after ${receivedAt}, when it was received; check the device's clock.`,
      );
    if (-ahead > mostBehind)
      return invalid(
        "clock-behind",
        `timestamp is ${reading.timestamp}, more than 7 days before ${receivedAt}, when it was received; check the device's clock.`,
      );
    return nothing;
  };
}

type Parsed = { ok: true; value: unknown } | ({ ok: false } & Invalid);

/** Reads Base64 of UTF-8 of JSON. */
function createJsonParser(): (payload: string) => Parsed {
  const isText = isUtf8;
  const { from: bytesOf } = Buffer;
  const { parse } = JSON;
  const shallow = deepest;
  const measured = ["timestamp", "temperature", "humidity", "pressure"];
  /** Whether a field of a reading holds a number beyond what JavaScript can hold, which reads it as infinite. */
  const isTooLarge = (value: unknown): boolean => {
    if (typeof value !== "object" || value === null) return false;
    const fields = value as Record<string, unknown>;
    return measured.some((name) => fields[name] === Infinity || fields[name] === -Infinity);
  };
  return (payload) => {
    const bytes = bytesOf(payload, "base64");
    if (!isText(bytes)) return invalid("not-utf8", "The payload is not UTF-8 text.");
    const text = bytes.toString();
    // What is no longer than it may be deep need not be looked at.
    if (text.length > shallow && nestsTooDeeply(text))
      return invalid("too-deep", `The payload nests more than ${deepest} levels deep.`);
    try {
      const value: unknown = parse(text);
      if (isTooLarge(value))
        return invalid("number-too-large", "The payload holds a number beyond double precision.");
      return { ok: true, value };
    } catch {
      return invalid("not-json", `The payload is not JSON; it begins ${shown(text.slice(0, 40))}.`);
    }
  };
}

function nestsTooDeeply(text: string): boolean {
  let depth = 0;
  let quoted = false;
  for (let index = 0; index < text.length; index += 1) {
    const character = text[index];
    if (quoted) {
      if (character === "\\") index += 1;
      else if (character === '"') quoted = false;
    } else if (character === '"') quoted = true;
    else if (character === "[" || character === "{") {
      depth += 1;
      if (depth > deepest) return true;
    } else if (character === "]" || character === "}") depth -= 1;
  }
  return false;
}

const invalid = (reason: Reason, detail: string): { ok: false } & Invalid => ({
  ok: false,
  reason,
  detail,
});

/** A value as JSON, shortened so that a log line stays a line. */
function shown(value: unknown): string {
  const text = typeof value === "object" && value !== null ? kindOf(value) : JSON.stringify(value);
  return text.length > 64 ? `${text.slice(0, 61)}...` : text;
}

const kindOf = (value: object): string => (Array.isArray(value) ? "an array" : "an object");
