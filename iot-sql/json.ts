import { isUtf8 } from "node:buffer";
import { isArray, isObject, type Json, type Value } from "./values";

// AWS publishes no limit; without one, a payload of 128 KiB could nest deeper than the stack.
const DEEPEST = 1000;

/**
 * Reads bytes as a JSON document. Undefined for what is none, and for what this engine cannot hold:
 * more than 1,000 levels, or a number beyond the range of double precision. Both are then handled
 * as a payload that is not JSON.
 */
export function readJson(bytes: Uint8Array): Value {
  if (!isUtf8(bytes) || nestsTooDeeply(bytes)) return undefined;
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("utf8");
  const document = parse(text);
  // Only three digits of exponent, or some two hundred in a row, can make a number too large.
  return /[eE]\+?\d{3}|\d{200}/.test(text) && hasInfinity(document) ? undefined : document;
}

function parse(text: string): Value {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

function hasInfinity(value: Value): boolean {
  if (typeof value === "number") return !Number.isFinite(value);
  if (isArray(value)) return value.some(hasInfinity);
  return isObject(value) && Object.values(value).some(hasInfinity);
}

function nestsTooDeeply(bytes: Uint8Array): boolean {
  if (bytes.length <= DEEPEST) return false;
  let depth = 0;
  let quoted = false;
  for (let index = 0; index < bytes.length; index += 1) {
    const byte = bytes[index];
    if (quoted) {
      if (byte === 0x5c) index += 1;
      else if (byte === 0x22) quoted = false;
    } else if (byte === 0x22) quoted = true;
    else if (byte === 0x5b || byte === 0x7b) {
      depth += 1;
      if (depth > DEEPEST) return true;
    } else if (byte === 0x5d || byte === 0x7d) depth -= 1;
  }
  return false;
}
