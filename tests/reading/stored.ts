import * as assert from "node:assert/strict";
import { createHash } from "node:crypto";

/** The sort key in the history of a message with these bytes. */
export const readingKeyOf = (timestamp: number, payload: Uint8Array | string): string => {
  const encoded = Buffer.from(payload as string).toString("base64");
  return `${timestamp}#${createHash("sha256").update(encoded).digest("hex")}`;
};

type Values = Record<string, unknown>;

/** Asserts that what a rule stores is the reading, but for what its numbers have after the 20th decimal place. */
export function assertStored(stored: unknown, reading: object): void {
  const expected = reading as Values;
  const rounded = Object.entries(stored as Values).map(([name, value]) => {
    const full = expected[name];
    // Both are the nearest binary numbers of what they stand for.
    const isNear =
      typeof value === "number" &&
      typeof full === "number" &&
      Math.abs(value - full) < 1e-20 + Math.abs(full) * Number.EPSILON;
    return [name, isNear && (value === 0) === (full === 0) ? full : value];
  });
  assert.deepEqual(Object.fromEntries(rounded), expected);
}

/** Whether text has only characters that every sink takes: those of XML. */
export const isStorable = (text: string): boolean =>
  !/[\p{Cs}\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/u.test(text);
