import type { Expression, SelectItem, SelectList } from "./ast";
import { type Cursor, RESERVED, wordOf } from "./cursor";

type Parse = (cursor: Cursor) => Expression;

/** Parses what follows SELECT, up to FROM. */
export function parseSelectList(cursor: Cursor, parse: Parse): SelectList {
  const value = takesValue(cursor);
  const items: SelectItem[] = [];
  let comma: number | undefined;
  do {
    items.push(parseItem(cursor, parse));
    comma = cursor.peek().position;
    if (!cursor.takes(",")) return { value, items, comma: undefined };
    // AWS IoT takes a comma before FROM: deployed statements have it, and so does page `iot-ddb-rule`.
  } while (!endsList(cursor));
  return { value, items, comma };
}

// FROM may be missing in a rule that only Basic Ingest reaches.
const endsList = (cursor: Cursor): boolean =>
  cursor.sees("FROM") || cursor.sees("WHERE") || cursor.peek().kind === "end";

// VALUE is a keyword only before an expression: `SELECT value, unit FROM …` reads the attribute
// `value`.
function takesValue(cursor: Cursor): boolean {
  if (!cursor.sees("VALUE") || !beginsExpression(cursor)) return false;
  cursor.take();
  return true;
}

function beginsExpression(cursor: Cursor): boolean {
  const token = cursor.peek(1);
  const word = wordOf(token) ?? "";
  if (token.kind === "string" || token.kind === "number" || token.kind === "variable") return true;
  if (word === "*") {
    const next = cursor.peek(2);
    return next.kind === "end" || AFTER_STAR.has(wordOf(next) ?? "");
  }
  if (token.kind === "symbol") return ["(", "[", "{"].includes(word);
  return token.kind === "name" && (!RESERVED.has(word) || OPENING.has(word));
}
const OPENING: ReadonlySet<string> = new Set("CASE NOT TRUE FALSE NULL EXISTS".split(" "));
const AFTER_STAR: ReadonlySet<string> = new Set(["FROM", "WHERE", "AS", ".", ",", ")"]);

function parseItem(cursor: Cursor, parse: Parse): SelectItem {
  const value = parse(cursor);
  const { position } = value;
  if (cursor.takes("AS")) {
    return { kind: "value", value, path: parsePath(cursor), named: true, position };
  }
  if (value.kind === "star") return { kind: "all", ...(value.of && { of: value.of }), position };
  // The output of an object without AS is its members; the checker warns of it.
  if (value.kind === "object") return { kind: "all", of: value, position };
  return { kind: "value", value, path: ownPath(value), named: false, position };
}

// AWS documents no name for a call without AS, and has one on its blog. An emulator's authors report that AWS names it after
// the function (https://github.com/ministackorg/ministack/pull/1252); the checker warns of it.
function ownPath(value: Expression): string[] {
  if (value.kind === "cast") return ["cast"];
  return "name" in value && value.kind !== "variable" ? [value.name] : [];
}

function parsePath(cursor: Cursor): string[] {
  const path = [cursor.expectName("a name after AS")];
  while (cursor.takes(".")) {
    cursor.countOperand();
    path.push(cursor.expectName("a name after '.'"));
  }
  return path;
}
