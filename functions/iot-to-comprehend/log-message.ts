import { createHash } from "node:crypto";
import { createClockCheck } from "../shared/clock-check";
import type { Envelope } from "../shared/envelope";
import { invalid, quote, type Invalid } from "../shared/invalid";
import { createJsonParser } from "../shared/json-payload";
import { languageOf, languages, named } from "./language";

/** What a device or its operator writes to `<prefix>/<deviceId>/logs`: `{"timestamp": 1795478400000, "text": "...", "language": "en"}`. */
export interface LogMessage {
  /** In ms since the epoch. */
  timestamp: number;
  text: string;
  /** A code of Comprehend; undefined if the message names no language, so that it has to be detected. */
  language?: string;
}

type Verdict = { ok: true; reading: LogMessage } | ({ ok: false } & Invalid);

/**
 * Makes the parser of log messages. It never throws; other members of the payload are ignored. The bounds of the time are those of
 * readings.
 */
export function createLogParser(): (envelope: Envelope) => Verdict {
  const parseJson = createJsonParser(["timestamp"]);
  const checkClock = createClockCheck();
  return ({ deviceId, receivedAt, payload }) => {
    const parsed = parseJson(payload);
    if (!parsed.ok) return parsed;
    const { value } = parsed;
    if (typeof value !== "object" || value === null || Array.isArray(value))
      return invalid("not-an-object", `The payload is ${quote(value)}; it must be a JSON object.`);
    if (!/^[A-Za-z0-9:_-]{1,128}$/.test(deviceId))
      return invalid(
        "illegal-device-id",
        `The device of the topic is ${quote(deviceId)}; it must be 1 to 128 letters, digits, ':', '_' and '-'.`,
      );
    const { timestamp, text, language } = value as Partial<Record<keyof LogMessage, unknown>>;
    for (const [name, member] of Object.entries({ timestamp, text }))
      if (member === undefined) return invalid("missing-field", `${name} is missing.`);
    if (!Number.isSafeInteger(timestamp))
      return wrong("timestamp", timestamp, "a whole number of milliseconds since the epoch");
    const time = timestamp as number;
    if (typeof text !== "string") return wrong("text", text, "a text");
    const late = checkClock(time, receivedAt);
    if (late) return late;
    if (text.trim() === "")
      return invalid("empty-text", "text has no character that can be read; it must have some.");
    if (language === undefined || language === null)
      return { ok: true, reading: { timestamp: time, text } };
    if (typeof language !== "string") return wrong("language", language, "a language tag");
    const code = languageOf(language);
    if (code === undefined) return unsupported(`language is ${quote(language)}`);
    return { ok: true, reading: { timestamp: time, text, language: code } };
  };
}

const wrong = (name: string, value: unknown, wanted: string): Verdict =>
  invalid("wrong-type", `${name} is ${quote(value)}; it must be ${wanted}.`);

/** Of a message whose language is one in which Comprehend detects no sentiment. */
export const unsupported = (what: string): { ok: false } & Invalid =>
  invalid("unsupported-language", `${what}; Comprehend detects sentiment in ${named(languages)}.`);

const digits = 13;

/**
 * The sort key of a log message in the table: its time in 13 digits and a digest of its content. So a device's messages are in order of
 * their times, a repetition takes the place of the first, and another message of the same time does not.
 */
export function logKeyOf({ timestamp, text, language }: LogMessage): string {
  const digest = createHash("sha256")
    .update(JSON.stringify([text, language ?? null]))
    .digest("hex");
  return `${String(timestamp).padStart(digits, "0")}#${digest}`;
}
