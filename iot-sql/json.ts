import { isUtf8 } from "node:buffer";
import { isDecimal, numberJson, numberText, readNumber } from "./numbers";
import {
  isArray,
  isDefined,
  isNumeric,
  isObject,
  type Json,
  type JsonObject,
  setMember,
  type Value,
} from "./values";

// AWS publishes no limit; without one, a payload of 128 KiB could nest deeper than the stack.
const DEEPEST = 1000;

/**
 * Reads bytes as a JSON document, with every digit of its numbers. Undefined for bytes that are not JSON in UTF-8, or
 * that nest more than 1,000 levels deep. A number beyond AWS IoT SQL's range (9.999E999) is Undefined: left out.
 */
export function readJson(bytes: Uint8Array): Value {
  if (!isUtf8(bytes) || nestsTooDeeply(bytes)) return undefined;
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("utf8");
  const document = parse(text);
  if (document === undefined) return undefined;
  return MAY_LOSE_DIGITS.test(text) || largestIn(document) > Number.MAX_SAFE_INTEGER
    ? readExactly(text)
    : document;
}

// A decimal number of up to 15 digits is the shortest text of its double; more digits, and exponents of three, are
// read by decimal.js. What only looks like one, in a string, costs time and nothing else.
const MAY_LOSE_DIGITS = /\d{16}|[\d.]{17}|[eE][+-]?\d{3}/;

function parse(text: string): Value {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

// The magnitude of the largest number; a double may have lost digits of those beyond 2^53.
function largestIn(value: Value): number {
  if (typeof value === "number") return Math.abs(value);
  if (typeof value !== "object" || value === null) return 0;
  let largest = 0;
  for (const item of isArray(value) ? value : Object.values(value as JsonObject)) {
    if (typeof item !== "string") largest = Math.max(largest, largestIn(item));
  }
  return largest;
}

const TOKEN = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d[\d.eE+-]*|[[\]{}]|true|false|null/g;

// Reads a text that is known to be JSON once more, with every digit of its numbers.
function readExactly(text: string): Value {
  const tokens = text.match(TOKEN) as string[];
  let next = 0;
  const take = (): string => tokens[next++] as string;
  const ends = (close: string): boolean => {
    const found = tokens[next] === close;
    if (found) next += 1;
    return found;
  };
  const read = (): Value => {
    const token = take();
    if (token === "[") {
      const items: Json[] = [];
      while (!ends("]")) {
        const item = read();
        if (item !== undefined) items.push(item);
      }
      return items;
    }
    if (token === "{") {
      const members: Record<string, Json> = {};
      while (!ends("}")) {
        const name = JSON.parse(take()) as string;
        const value = read();
        // Of two members with one name the last one counts, as everywhere in JavaScript.
        if (value === undefined) delete members[name];
        else setMember(members, name, value);
      }
      return members;
    }
    if (!/^[-\d]/.test(token)) return JSON.parse(token) as Json;
    const number = readNumber(token);
    // As JSON.parse has it; written, it is 0.
    return number === 0 && token.startsWith("-") ? -0 : number;
  };
  return read();
}

/** What JSON.parse can give. */
export type JsonValue =
  null | boolean | number | string | readonly JsonValue[] | { readonly [name: string]: JsonValue };

/** A value as JSON, with every digit of its numbers. */
export function writeJson(value: Json): string {
  // JSON.stringify refuses a bigint, and quotes a Decimal.
  return isPlain(value) ? JSON.stringify(value) : write(value);
}

/** A value as what JavaScript makes of its JSON: numbers are doubles, and infinite beyond 1.8E308. */
export function plainOf(value: Json): JsonValue {
  if (isPlain(value)) return value;
  if (isNumeric(value)) return Number(value);
  if (isArray(value)) return value.map(plainOf);
  const plain: Record<string, JsonValue> = {};
  for (const [name, member] of Object.entries(value)) setMember(plain, name, plainOf(member));
  return plain;
}

function isPlain(value: Json): value is JsonValue {
  if (typeof value !== "object" || value === null) return typeof value !== "bigint";
  if (isDecimal(value)) return false;
  for (const item of isArray(value) ? value : Object.values(value)) {
    if (typeof item !== "string" && !isPlain(item)) return false;
  }
  return true;
}

function write(value: Json): string {
  if (isNumeric(value)) return numberJson(value);
  if (isArray(value)) return `[${value.map(write).join(",")}]`;
  if (!isObject(value)) return JSON.stringify(value);
  const members = Object.entries(value)
    .filter(([, item]) => isDefined(item))
    .map(([name, item]) => `${write(name)}:${write(item)}`);
  return `{${members.join(",")}}`;
}

/** The standard conversion to String: JSON for arrays and objects, Undefined for Null. */
export function toText(value: Value): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === "string") return value;
  return isNumeric(value) ? numberText(value) : writeJson(value);
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
