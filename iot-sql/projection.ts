import type { SelectItem } from "./ast";
import { prepare } from "./evaluate";
import { type Evaluator, type Scope, wholeDocument } from "./scope";
import type { Refuse } from "./sql-error";
import { copyOf, isObject, type Json, memberOf, setMember } from "./values";

/**
 * What the SELECT list makes of a message; `payload` holds the bytes that the rule's actions get.
 */
export type Projected =
  { kind: "match"; value: unknown; payload: Uint8Array } | { kind: "error"; reason: string };

/** Writes what one item selects into the output, or says why it cannot. */
type Writer = (output: Record<string, Json>, scope: Scope) => string | undefined;

/** Checks the items and makes them ready. */
export function prepareProjection(
  items: readonly SelectItem[],
  refuse: Refuse,
): (scope: Scope) => Projected {
  if (items.length === 1 && items[0]?.kind === "all") return wholePayload;
  const writers = items.map((item) => prepareItem(item, refuse));
  return (scope) => {
    const output: Record<string, Json> = {};
    for (const write of writers) {
      const reason = write(output, scope);
      if (reason !== undefined) return { kind: "error", reason };
    }
    return { kind: "match", value: output, payload: Buffer.from(JSON.stringify(output)) };
  };
}

// `SELECT *` alone hands on the bytes as they came, JSON or not (page `binary-payloads`): no digit
// of a number is lost.
function wholePayload(scope: Scope): Projected {
  const { payload } = scope.message;
  const document = wholeDocument(scope);
  return { kind: "match", value: document === undefined ? payload : document, payload };
}

function prepareItem(item: SelectItem, refuse: Refuse): Writer {
  if (item.kind === "all") return writeAll;
  const { value, path } = item;
  if (value.kind === "star") return payloadWriter(path);
  return valueWriter(path, prepare(value, refuse));
}

// Page `binary-payloads`: beside other items, `*` cannot be used with a payload that is not JSON.
const writeAll: Writer = (output, scope) => {
  const document = scope.document();
  if (!isObject(document)) {
    return "The payload is not a JSON object, so '*' cannot stand beside other items; select encode(*, 'base64').";
  }
  for (const [name, member] of Object.entries(document)) setMember(output, name, member);
  return undefined;
};

function payloadWriter(path: readonly string[]): Writer {
  return (output, scope) => {
    const document = wholeDocument(scope);
    if (document === undefined) {
      return "The payload is not JSON, so '*' cannot be named by AS; select encode(*, 'base64').";
    }
    put(output, path, document);
    return undefined;
  };
}

function valueWriter(path: readonly string[], evaluate: Evaluator): Writer {
  return (output, scope) => {
    const value = evaluate(scope);
    if (value !== undefined) put(output, path, value);
    return undefined;
  };
}

// Objects on the way are copied: they may be the payload's, which other items still read.
function put(output: Record<string, Json>, path: readonly string[], value: Json): void {
  const [name = "", ...rest] = path;
  if (rest.length === 0) return setMember(output, name, value);
  const held = memberOf(output, name);
  const inner = isObject(held) ? copyOf(held) : {};
  put(inner, rest, value);
  setMember(output, name, inner);
}
