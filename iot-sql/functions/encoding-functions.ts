import { isUtf8 } from "node:buffer";
import type { Expression } from "../ast";
import { readJson, toText } from "../json";
import type { Scope } from "../scope";
import type { Value } from "../values";
import { isWholeDocument } from "../walk";
import { answered } from "./external";
import type { ArgumentProblem } from "../signature";
import { type FunctionTable, literalText, type SqlFunction } from "./function";

function toBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64");
}

// The scheme must be a literal, and only this one exists (page `iot-sql-functions`).
function wrongScheme([, scheme]: readonly Expression[]): ArgumentProblem | undefined {
  if (!scheme || literalText(scheme) === "base64") return undefined;
  return { at: scheme, reason: "the encoding scheme must be the literal 'base64'" };
}

// encode(*, …) takes the bytes of the payload as they are, JSON or not; every other value converts
// to String first.
const encode: SqlFunction = {
  least: 2,
  most: 2,
  gives: "String",
  problem: wrongScheme,
  prepare: ([written], [value]) => {
    return (scope) => {
      if (isWholeDocument(written) && scope.bytes) return toBase64(scope.bytes);
      const text = toText(value?.(scope));
      return text === undefined ? undefined : toBase64(Buffer.from(text));
    };
  },
};

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}(?:==)?|[A-Za-z0-9+/]{3}=?)?$/;

function fromBase64(text: string): Buffer | undefined {
  return BASE64.test(text) ? Buffer.from(text, "base64") : undefined;
}

// A JSON document becomes its value, other text a String; what cannot be decoded is Null, not
// Undefined.
function decodeText(value: Value): Value {
  const text = toText(value);
  if (text === undefined) return undefined;
  const bytes = fromBase64(text);
  if (!bytes || !isUtf8(bytes)) return null;
  const document = readJson(bytes);
  return document === undefined ? bytes.toString("utf8") : document;
}

// decode(value, 'proto', bucket, key, file, type), page `binary-payloads`; all but the value name
// where the descriptor is, and are literals here.
function wrongDecoding(args: readonly Expression[]): ArgumentProblem | undefined {
  const [, scheme, ...descriptor] = args;
  if (!scheme || literalText(scheme) === undefined) return wrongScheme(args);
  if (literalText(scheme) !== "proto") {
    const [extra] = descriptor;
    return extra
      ? { at: extra, reason: "decode takes 2 arguments with 'base64'" }
      : wrongScheme(args);
  }
  if (descriptor.length !== 4) {
    return {
      at: scheme,
      reason: "decode takes 6 arguments with 'proto': value, 'proto', bucket, key, file, type",
    };
  }
  const wrong = descriptor.find((expression) => literalText(expression) === undefined);
  return wrong && { at: wrong, reason: "where the descriptor is must be a literal string" };
}

const decode: SqlFunction = {
  least: 2,
  most: 6,
  gives: "any",
  problem: wrongDecoding,
  port: ([, scheme]) => (literalText(scheme) === "proto" ? "decodeProtobuf" : undefined),
  // "Up to two times" in one statement (page `binary-payloads`).
  mostCalls: 2,
  prepare: (args, [value]) => {
    const [written, scheme, ...descriptor] = args;
    if (literalText(scheme) !== "proto") return (scope) => decodeText(value?.(scope));
    const [bucket, key, file, type] = descriptor.map(literalText) as [
      string,
      string,
      string,
      string,
    ];
    const encoded = (scope: Scope): Uint8Array | undefined => {
      if (isWholeDocument(written) && scope.bytes) return scope.bytes;
      const text = toText(value?.(scope));
      return text === undefined ? undefined : fromBase64(text);
    };
    return (scope) => {
      const bytes = encoded(scope);
      if (!bytes) return undefined;
      return answered(scope, "decodeProtobuf", { bytes, bucket, key, file, type });
    };
  },
};

/** Conversions to and from base64, since SQL version 2016-03-23. */
export const ENCODING_FUNCTIONS: FunctionTable = { encode, decode };
