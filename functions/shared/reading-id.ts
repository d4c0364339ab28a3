import { createHash } from "node:crypto";
import { definition } from "../../reading/fields";
import type { Reading } from "../../reading/reading";

/** 192 bits in Base64, which makes a collision infeasible, intended or not. */
const idLength = 32;

/**
 * Identifies a reading by its content: device, time and every declared field. 32 characters of `[A-Za-z0-9_-]`; the same for the same
 * content, whatever the order of the keys and the spelling of the numbers; further members are ignored. A repetition has the same id,
 * another reading of the same time has another one.
 */
export function readingId(reading: Reading): string {
  const names = ["deviceId", "timestamp", ...Object.keys(definition.fields)];
  const values = names.map((name) => (reading as Record<string, unknown>)[name]);
  // A list without names: JSON writes a missing value as null, which no field holds.
  const digest = createHash("sha256").update(JSON.stringify(values)).digest("base64url");
  return digest.slice(0, idLength);
}
