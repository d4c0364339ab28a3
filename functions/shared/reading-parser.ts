import * as v from "valibot";
import { storable } from "../../reading/characters";
import type { Definition } from "../../reading/definition";
import { definition } from "../../reading/fields";
import { smallest } from "../../reading/numbers";
import type { Reading } from "../../reading/reading";
import { createReadingSchema } from "../../reading/schema";
import { createClockCheck } from "./clock-check";
import type { Envelope } from "./envelope";
import { createExactCheck } from "./exact-check";
import { invalid, quote, type Invalid, type Reason } from "./invalid";
import { createJsonParser } from "./json-payload";

export type Verdict = { ok: true; reading: Reading } | ({ ok: false } & Invalid);

export type ReadingParser = (envelope: Envelope) => Verdict;

/**
 * Makes the parser that decides whether a message is a reading as `reading/fields.ts` defines it. It never throws, it copies
 * declared fields only, and it accepts exactly what the WHERE clause of `validReadingsSql` accepts. It looks up what it needs per
 * message once (docs/bench.md, "Handler CPU").
 */
export function createReadingParser(of: Definition = definition): ReadingParser {
  const schema = createReadingSchema(of);
  const numbers = numericFields(of);
  const parseJson = createJsonParser(numbers);
  const checkExact = createExactCheck(of);
  const checkNames = createNameCheck(of);
  const checkOrigin = createOriginCheck(of);
  const { safeParse } = v;
  const firstIssue = { abortEarly: true };
  const [above, below] = [-smallest, smallest];
  /** Makes 0 of what is nearer to zero than any sink has to store, and of -0. */
  const settle = (reading: Reading): Reading => {
    const values = reading as unknown as Record<string, number>;
    for (const name of numbers) {
      const value = values[name] as number;
      if (value > above && value < below) values[name] = 0;
    }
    return reading;
  };
  return ({ deviceId, receivedAt, payload }) => {
    const parsed = parseJson(payload);
    if (!parsed.ok) return parsed;
    const result = safeParse(schema, parsed.value, firstIssue);
    if (!result.success) return invalidField(result.issues[0], parsed.value);
    return (
      checkExact(parsed.text, parsed.value) ??
      checkNames(parsed.value) ??
      checkOrigin(result.output, deviceId, receivedAt) ?? {
        ok: true,
        reading: settle(result.output),
      }
    );
  };
}

const numericFields = ({ fields }: Definition): string[] => [
  "timestamp",
  ...Object.keys(fields).filter((name) => {
    const type = fields[name]?.type;
    return type === "number" || type === "integer";
  }),
];

/** What a field's issue means, by the kind of check that failed. */
const reasons: Record<string, Reason> = {
  regex: "illegal-device-id",
  integer: "wrong-type",
  min_value: "out-of-range",
  max_value: "out-of-range",
};

function invalidField(issue: v.BaseIssue<unknown>, value: unknown): Verdict {
  const key = issue.path?.[0]?.key;
  // To valibot an array is an object without fields.
  if (typeof key !== "string" || Array.isArray(value))
    return invalid("not-an-object", `The payload is ${quote(value)}; it must be a JSON object.`);
  const field = Object.prototype.hasOwnProperty.call(value, key);
  // valibot names what a missing or mistyped field should be after the field's own check.
  if (!field) return invalid("missing-field", `${key} is missing.`);
  const given = (value as Record<string, unknown>)[key];
  const failedCheck: Reason = issue.message === storable ? "illegal-character" : `${key}-too-long`;
  const reason: Reason =
    issue.type === "check" ? failedCheck : (reasons[issue.type] ?? "wrong-type");
  return invalid(reason, `${key} is ${quote(given)}; it must be ${issue.message}.`);
}

/** Makes the check that refuses fields that are not declared, where the definition refuses them. */
function createNameCheck({ fields, unknownFields }: Definition) {
  const nothing = undefined;
  if (unknownFields === "ignored") return () => nothing;
  const known = new Set(["deviceId", "timestamp", ...Object.keys(fields)]);
  const { keys } = Object;
  return (value: unknown): Verdict | undefined => {
    for (const key of keys(value as object))
      if (!known.has(key))
        return invalid("unknown-field", `${quote(key)} is not a field of a reading; remove it.`);
    return nothing;
  };
}

/** Makes the check that refuses a reading of another device, or of a time too far from when it was received. */
function createOriginCheck(of: Definition) {
  const checkClock = createClockCheck(of);
  return (reading: Reading, deviceId: string, receivedAt: number): Verdict | undefined =>
    reading.deviceId === deviceId
      ? checkClock(reading.timestamp, receivedAt)
      : invalid(
          "wrong-device",
          `deviceId is ${quote(reading.deviceId)}; the topic belongs to ${quote(deviceId)}.`,
        );
}
