import type { Expression, SelectItem, SelectList } from "./ast";
import { evaluationFailure } from "./failure";
import { type JsonValue, plainOf, writeJson } from "./json";
import { type Evaluator, type Prepare, type Scope, wholeDocument } from "./scope";
import { copyOf, isObject, type Json, memberOf, setMember } from "./values";
import { isWholeDocument } from "./walk";

/** What a rule's actions get: the output, rounded for JavaScript and exact, and the bytes that it is sent as. */
export interface Output {
  output: JsonValue | Buffer;
  exact: Json | Buffer;
  payload: () => Uint8Array;
}

/** Writes what one item selects into an output. */
type Writer = (output: Record<string, Json>, scope: Scope) => void;

/** Makes the SELECT list of a statement ready. */
export function prepareProjection(list: SelectList, prepare: Prepare): (scope: Scope) => Output {
  const [only, second] = list.items as [SelectItem, ...SelectItem[]];
  if (only.kind === "all" && !only.of && !second) return wholePayload;
  const stars = list.items.flatMap(refusalsOfStar);
  const evaluate = prepareOutput(list, prepare);
  return (scope) => {
    for (const refuse of stars) refuse(scope);
    const value = evaluate(scope);
    // Undefined by itself is an empty string (page `iot-sql-data-types`).
    if (value === undefined) return { output: NOTHING, exact: NOTHING, payload: () => NOTHING };
    return {
      output: plainOf(value),
      exact: value,
      payload: () => Buffer.from(writeJson(value)),
    };
  };
}

const NOTHING = Buffer.alloc(0);

/** Makes a SELECT list ready that gives a value: an object, or with VALUE whatever it selects. */
export function prepareOutput({ value, items }: SelectList, prepare: Prepare): Evaluator {
  const [first] = items;
  if (first && items.length === 1) {
    if (first.kind === "all" && !first.of) return wholeDocument;
    if (value) return prepare(first.kind === "all" ? (first.of as Expression) : first.value);
  }
  const writers = items.map((item) => prepareItem(item, prepare));
  return (scope) => {
    const output: Record<string, Json> = {};
    for (const write of writers) write(output, scope);
    return output;
  };
}

// `SELECT *` alone hands on the bytes as they came, JSON or not (page `binary-payloads`): no digit
// of a number is lost.
function wholePayload(scope: Scope): Output {
  const { payload } = scope.run.message;
  const document = scope.document();
  // What is not JSON is what `*` alone is for.
  if (document !== undefined) {
    return { output: plainOf(document), exact: document, payload: () => payload };
  }
  scope.run.unreadable = false;
  const bytes = Buffer.from(payload);
  return { output: bytes, exact: bytes, payload: () => payload };
}

// Page `binary-payloads` lets other items stand beside `*` for "an empty or a JSON payload".
function refusalsOfStar(item: SelectItem): ((scope: Scope) => void)[] {
  if (item.kind === "all") {
    if (item.of) return [];
    return [(scope) => refuseUnless(isObject(scope.document()), scope, ALL)];
  }
  if (!isWholeDocument(item.value)) return [];
  return [(scope) => refuseUnless(scope.document() !== undefined, scope, NAMED)];
}

function refuseUnless(holds: boolean, { run }: Scope, reason: string): void {
  if (!holds && run.message.payload.length > 0) throw evaluationFailure(reason);
}

const ALL =
  "The payload is not a JSON object, so '*' cannot stand beside other items; select encode(*, 'base64').";
const NAMED = "The payload is not JSON, so '*' cannot be named by AS; select encode(*, 'base64').";

function prepareItem(item: SelectItem, prepare: Prepare): Writer {
  if (item.kind === "all") return writeAll(item.of ? prepare(item.of) : wholeDocument);
  const { value, path } = item;
  const evaluate = prepare(value);
  return (output, scope) => {
    const result = evaluate(scope);
    if (result !== undefined) put(output, path, result);
  };
}

function writeAll(of: Evaluator): Writer {
  return (output, scope) => {
    const members = Object.entries(copyOf(of(scope)));
    for (const [name, member] of members) setMember(output, name, member);
  };
}

// Objects on the way are copied: they may be the payload's, which other items still read.
function put(output: Record<string, Json>, path: readonly string[], value: Json): void {
  const [name, ...rest] = path as [string, ...string[]];
  if (rest.length === 0) return setMember(output, name, value);
  const held = memberOf(output, name);
  const inner = copyOf(held);
  put(inner, rest, value);
  setMember(output, name, inner);
}
