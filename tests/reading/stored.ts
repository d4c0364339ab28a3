import * as assert from "node:assert/strict";

type Values = Record<string, unknown>;

/** Asserts that what a rule stores is the reading, but for what its numbers have after the 20th decimal place. */
export function assertStored(stored: unknown, reading: object): void {
  const expected = reading as Values;
  const rounded = Object.entries(stored as Values).map(([name, value]) => {
    const full = expected[name];
    const isNear =
      typeof value === "number" && typeof full === "number" && Math.abs(value - full) < 1e-20;
    return [name, isNear && (value === 0) === (full === 0) ? full : value];
  });
  assert.deepEqual(Object.fromEntries(rounded), expected);
}

/** Whether text has only characters that every sink takes: those of XML. */
export const isStorable = (text: string): boolean =>
  !/[\p{Cs}\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/u.test(text);
