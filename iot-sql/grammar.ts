import type { Expression, SelectItem, Statement } from "./ast";
import { type Cursor, cursorOver, describe, RESERVED, wordOf } from "./cursor";
import { parseExpression } from "./expressions";
import { checkTopicFilter } from "./topic-filter";
import { tokenize, tokenizePlaceholder } from "./tokens";

/** Parses `SELECT items FROM 'filter' [WHERE condition]`; throws a SqlError for everything else. */
export function parseStatement(sql: string): Statement {
  const cursor = cursorOver(sql, tokenize(sql));
  if (wordOf(cursor.peek()) === "SET") {
    throw cursor.error(cursor.peek().position, "SET is not supported yet; repeat the expression");
  }
  cursor.expect("SELECT", "at the start of the statement");
  refuseSelectValue(cursor);
  const items = parseItems(cursor);
  const topicFilter = parseFrom(cursor);
  const where = cursor.takes("WHERE") ? parseExpression(cursor) : undefined;
  expectEnd(cursor);
  return { items, topicFilter, where };
}

/**
 * Parses the expression of the `${expression}` that begins at `start`, and says where the text goes
 * on after it.
 */
export function parsePlaceholder(
  text: string,
  start: number,
): { expression: Expression; end: number } {
  const tokens = tokenizePlaceholder(text, start + 2);
  const cursor = cursorOver(text, tokens);
  const expression = parseExpression(cursor);
  expectEnd(cursor);
  return { expression, end: cursor.peek().end };
}

function expectEnd(cursor: Cursor): void {
  const token = cursor.peek();
  if (token.kind === "end") return;
  throw cursor.error(token.position, `nothing may follow here, found ${describe(token)}`);
}

// VALUE is a keyword only before an expression: `SELECT value, unit FROM …` reads the attribute
// `value`.
function refuseSelectValue(cursor: Cursor): void {
  const token = cursor.peek();
  if (wordOf(token) !== "VALUE" || !beginsExpression(cursor)) return;
  throw cursor.error(token.position, "SELECT VALUE is not supported yet; name the value by AS");
}

function beginsExpression(cursor: Cursor): boolean {
  const token = cursor.peek(1);
  const word = wordOf(token) ?? "";
  if (token.kind === "string" || token.kind === "number") return true;
  if (word === "*") return ["FROM", "AS"].includes(wordOf(cursor.peek(2)) ?? "");
  if (token.kind === "symbol") return ["(", "[", "{"].includes(word);
  return token.kind === "name" && (!RESERVED.has(word) || OPENING.has(word));
}
const OPENING: ReadonlySet<string> = new Set(["CASE", "NOT", "TRUE", "FALSE", "NULL", "SELECT"]);

// Page `iot-ddb-rule` once shows a comma before FROM; pages `iot-sql-select` and all others
// separate items by it.
function parseItems(cursor: Cursor): SelectItem[] {
  const items: SelectItem[] = [];
  const taken: string[] = [];
  do {
    const item = parseItem(cursor);
    items.push(item);
    if (item.kind === "all") continue;
    const path = item.path.join(".");
    const clash = taken.find((other) => `${path}.`.startsWith(`${other}.`));
    const covers = taken.find((other) => other.startsWith(`${path}.`));
    if (clash !== undefined || covers !== undefined) {
      throw cursor.error(item.position, `the output already has '${clash ?? covers}'`);
    }
    taken.push(path);
  } while (cursor.takes(","));
  return items;
}

function parseItem(cursor: Cursor): SelectItem {
  const value = parseExpression(cursor);
  const { position } = value;
  if (cursor.takes("AS")) return { kind: "value", value, path: parsePath(cursor), position };
  if (value.kind === "star") return { kind: "all" };
  if (value.kind === "attribute" || value.kind === "member") {
    return { kind: "value", value, path: [value.name], position };
  }
  // How AWS names the result of an expression without alias is not documented.
  throw cursor.error(position, "an item that is not an attribute needs a name; add AS <name>");
}

function parsePath(cursor: Cursor): string[] {
  const path = [cursor.expectName("a name after AS")];
  while (cursor.takes(".")) {
    cursor.countOperand();
    path.push(cursor.expectName("a name after '.'"));
  }
  return path;
}

// Page `iot-sql-from` demands single quotes; page `iot-sql-json` shows one filter without quotes,
// against it.
function parseFrom(cursor: Cursor): string {
  if (cursor.peek().kind === "end") {
    const reason = "FROM is missing (only Basic Ingest rules do without it); add FROM '<filter>'";
    throw cursor.error(cursor.peek().position, reason);
  }
  cursor.expect("FROM", "or ',' after an item of SELECT");
  const token = cursor.take();
  if (token.kind !== "string" || token.quote !== "'") {
    const reason = `expected a topic filter in single quotes, found ${describe(token)}`;
    throw cursor.error(token.position, reason);
  }
  const illegal = checkTopicFilter(token.text);
  if (illegal === undefined) return token.text;
  throw cursor.error(token.position, `the topic filter '${token.text}' is illegal: ${illegal}`);
}
