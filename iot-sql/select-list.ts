import type { Expression, SelectItem, SelectList } from "./ast";
import { type Cursor, RESERVED, wordOf } from "./cursor";

type Parse = (cursor: Cursor) => Expression;

/** Parses what follows SELECT, up to FROM. */
export function parseSelectList(cursor: Cursor, parse: Parse): SelectList {
  const value = takesValue(cursor);
  const items: SelectItem[] = [];
  // Page `iot-ddb-rule` once shows a comma before FROM; pages `iot-sql-select` and all others
  // separate items by it.
  do items.push(parseItem(cursor, parse));
  while (cursor.takes(","));
  return { value, items };
}

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
  if (value.kind === "star") return { kind: "all", position };
  const own = value.kind === "attribute" || value.kind === "member" ? [value.name] : [];
  return { kind: "value", value, path: own, named: false, position };
}

function parsePath(cursor: Cursor): string[] {
  const path = [cursor.expectName("a name after AS")];
  while (cursor.takes(".")) {
    cursor.countOperand();
    path.push(cursor.expectName("a name after '.'"));
  }
  return path;
}
