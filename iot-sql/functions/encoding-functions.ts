import { isUtf8 } from "node:buffer";
import type { Expression } from "../ast";
import { readJson } from "../json";
import { toText, type Value } from "../values";
import { type FunctionTable, ofValues, type Problem, type SqlFunction } from "./function";

// The scheme must be a literal, and only this one exists (page `iot-sql-functions`).
function wrongScheme([, scheme]: readonly Expression[]): Problem | undefined {
  if (!scheme || (scheme.kind === "literal" && scheme.value === "base64")) return undefined;
  return { at: scheme, reason: "the encoding scheme must be the literal 'base64'" };
}

function toBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64");
}

// encode(*, …) takes the bytes of the payload as they are, JSON or not; every other value converts
// to String first.
const encode: SqlFunction = {
  least: 2,
  most: 2,
  takesStar: true,
  problem: wrongScheme,
  prepare: ([written], values) => {
    if (written?.kind === "star") return ({ message }) => toBase64(message.payload);
    return (scope) => {
      const text = toText(values[0]?.(scope));
      return text === undefined ? undefined : toBase64(Buffer.from(text));
    };
  },
};

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}(?:==)?|[A-Za-z0-9+/]{3}=?)?$/;

// A JSON document becomes its value, other text a String; what cannot be decoded is Null, not
// Undefined.
function decode(value: Value): Value {
  const text = toText(value);
  if (text === undefined) return undefined;
  if (!BASE64.test(text)) return null;
  const bytes = Buffer.from(text, "base64");
  if (!isUtf8(bytes)) return null;
  const document = readJson(bytes);
  return document === undefined ? bytes.toString("utf8") : document;
}

/** Conversions to and from base64, since SQL version 2016-03-23. */
export const ENCODING_FUNCTIONS: FunctionTable = {
  encode,
  decode: { ...ofValues(2, 2, decode), problem: wrongScheme },
};
