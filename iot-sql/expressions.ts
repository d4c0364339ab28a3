import type { Expression, Query } from "./ast";
import { type Cursor, describe, RESERVED, wordOf } from "./cursor";
import { FOREIGN_INFIX, INFIX, POWER } from "./infix";
import { negated } from "./numbers";
import { parseSelectList } from "./select-list";
import { parseCase, parseCast } from "./special-forms";
import { isNumeric } from "./values";

/**
 * Parses an expression whose operators bind more tightly than `power`; stops before the first token
 * that is none of it.
 */
export function parseExpression(cursor: Cursor, power = 0): Expression {
  let left = parseOperand(cursor, power);
  let compared = false;
  for (;;) {
    const token = cursor.peek();
    const word = wordOf(token) ?? "";
    const foreign = FOREIGN_INFIX.get(word);
    if (foreign) throw cursor.error(token.position, foreign);
    const infix = INFIX.get(word);
    if (!infix || infix.power <= power) return left;
    const comparison = infix.power === POWER.comparison;
    if (comparison && compared) {
      throw cursor.error(token.position, "comparisons cannot be chained; join them by AND");
    }
    compared = comparison;
    cursor.take();
    const right = parseExpression(cursor, infix.power);
    left = { kind: "binary", operator: infix.operator, left, right, position: left.position };
  }
}

function parseOperand(cursor: Cursor, power: number): Expression {
  cursor.countOperand();
  const { position } = cursor.peek();
  if (cursor.takes("-")) {
    const operand = parseExpression(cursor, POWER.minus);
    if (operand.kind === "literal" && isNumeric(operand.value)) {
      return { kind: "literal", value: negated(operand.value), position };
    }
    return { kind: "minus", operand, position };
  }
  if (cursor.takes("NOT")) {
    if (power > POWER.not) throw cursor.error(position, "put NOT and its operand in parentheses");
    return { kind: "not", operand: parseExpression(cursor, POWER.not), position };
  }
  return parsePath(cursor, parsePrimary(cursor));
}

function parsePath(cursor: Cursor, start: Expression): Expression {
  let operand = start;
  while (cursor.takes(".")) {
    cursor.countOperand();
    if (cursor.takes("*")) return { kind: "star", of: operand, position: start.position };
    const name = cursor.expectName("a name");
    operand = { kind: "member", of: operand, name, position: start.position };
  }
  return operand;
}

function parsePrimary(cursor: Cursor): Expression {
  const token = cursor.take();
  const { position } = token;
  if (token.kind === "number") return { kind: "literal", value: token.value, position };
  if (token.kind === "string") return { kind: "literal", value: token.text, position };
  if (token.kind === "variable") return { kind: "variable", name: token.text, position };
  switch (wordOf(token)) {
    case "*":
      return { kind: "star", position };
    case "(":
      return parseParenthesis(cursor);
    case "[":
      return { kind: "array", items: parseList(cursor, "]", parseExpression), position };
    case "{":
      return { kind: "object", members: parseList(cursor, "}", parseMember), position };
    case "TRUE":
      return { kind: "literal", value: true, position };
    case "FALSE":
      return { kind: "literal", value: false, position };
    case "NULL":
      return { kind: "literal", value: null, position };
    case "CASE":
      return parseCase(cursor, position, parseExpression);
    case "EXISTS":
      return parseExists(cursor, position);
    case "SELECT":
      throw cursor.error(position, "put a SELECT inside a statement in parentheses");
  }
  if (token.kind !== "name" || RESERVED.has(token.text.toUpperCase())) {
    throw cursor.error(position, `expected an expression, found ${describe(token)}`);
  }
  // A name is a function only if a parenthesis follows: `timestamp` is an attribute and
  // `timestamp()` is the clock.
  if (!cursor.takes("(")) return { kind: "attribute", name: token.text, position };
  if (token.text.toUpperCase() === "CAST") return parseCast(cursor, position, parseExpression);
  const args = parseList(cursor, ")", parseArgument);
  return { kind: "call", name: token.text, args, position };
}

function parseParenthesis(cursor: Cursor): Expression {
  const inner = parseArgument(cursor);
  if (cursor.sees(",")) {
    const reason = "a list is written in brackets, as in x IN [1, 2]";
    throw cursor.error(cursor.peek().position, reason);
  }
  cursor.expect(")", "to close the parenthesis");
  return inner;
}

// AWS's own validation tool for rules writes isNull(SELECT VALUE a FROM b), without parentheses of
// the SELECT's own.
function parseArgument(cursor: Cursor): Expression {
  const { position } = cursor.peek();
  if (!cursor.takes("SELECT")) return parseExpression(cursor);
  cursor.countOperand();
  return { kind: "query", query: parseQuery(cursor), position };
}

function parseExists(cursor: Cursor, position: number): Expression {
  cursor.expect("(", "after EXISTS");
  cursor.expect("SELECT", "inside EXISTS");
  const query = parseQuery(cursor);
  cursor.expect(")", "to close EXISTS");
  return { kind: "exists", query, position };
}

function parseQuery(cursor: Cursor): Query {
  const list = parseSelectList(cursor, parseExpression);
  cursor.expect("FROM", "or ',' after an item of SELECT");
  cursor.countOperand();
  const from = cursor.peek();
  if (from.kind === "string") {
    const reason = "a SELECT inside a statement reads from an attribute, without quotes";
    throw cursor.error(from.position, reason);
  }
  const source = parsePath(cursor, parsePrimary(cursor));
  const alias = cursor.takes("AS") ? cursor.expectName("a name after AS") : undefined;
  const where = cursor.takes("WHERE") ? parseExpression(cursor) : undefined;
  return { list, source, alias, where };
}

// A comma after the last item: AWS's own toolbox for AWS IoT writes one in an object literal.
function parseList<Item>(
  cursor: Cursor,
  close: string,
  parseItem: (cursor: Cursor) => Item,
): Item[] {
  const items: Item[] = [];
  if (cursor.takes(close)) return items;
  do items.push(parseItem(cursor));
  while (cursor.takes(",") && !(close === "}" && cursor.sees(close)));
  cursor.expect(close, "or ',' after the last item");
  return items;
}

function parseMember(cursor: Cursor): { name: string; value: Expression } {
  const key = cursor.take();
  if (key.kind !== "string") {
    throw cursor.error(key.position, `expected a key in quotes, found ${describe(key)}`);
  }
  cursor.expect(":", "after the key");
  return { name: key.text, value: parseExpression(cursor) };
}
