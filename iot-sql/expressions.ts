import type { BinaryOperator, CastType, Expression } from "./ast";
import { type Cursor, describe, RESERVED, wordOf } from "./cursor";
import type { SqlError } from "./sql-error";

// How tightly operators bind. AWS publishes no order; this is the order of ANSI SQL, which page `iot-sql-select` refers to.
const POWER = { or: 1, and: 2, not: 3, comparison: 4, sum: 5, product: 6, minus: 7 } as const;

const INFIX: ReadonlyMap<string, { operator: BinaryOperator; power: number }> = new Map(
  (
    [
      ["OR", POWER.or],
      ["AND", POWER.and],
      ["=", POWER.comparison],
      ["<>", POWER.comparison],
      ["<", POWER.comparison],
      ["<=", POWER.comparison],
      [">", POWER.comparison],
      [">=", POWER.comparison],
      ["+", POWER.sum],
      ["-", POWER.sum],
      ["*", POWER.product],
      ["/", POWER.product],
      ["%", POWER.product],
    ] as const
  ).map(([operator, power]) => [operator, { operator, power }]),
);

const FOREIGN_INFIX: ReadonlyMap<string, string> = new Map([
  ["LIKE", "LIKE is not an operator of AWS IoT SQL; use regexp_matches, startswith or endswith"],
  ["BETWEEN", "BETWEEN is not an operator of AWS IoT SQL; write a >= low AND a <= high"],
  ["IS", "IS NULL is not AWS IoT SQL; use isNull(value) or isUndefined(value)"],
  ["IN", "IN is not supported yet; write a = x OR a = y"],
  ["NOT", "NOT IN, NOT LIKE and NOT BETWEEN are not supported; put NOT before the whole condition"],
  ["[", "elements are not read by '[index]'; use get(array, index)"],
]);

const CAST_TYPES: ReadonlyMap<string, CastType> = new Map([
  ...["STRING", "NVARCHAR", "TEXT", "NTEXT", "VARCHAR"].map((word) => [word, "String"] as const),
  ...["INT", "INTEGER"].map((word) => [word, "Int"] as const),
  ...["DOUBLE", "DECIMAL"].map((word) => [word, "Decimal"] as const),
  ...["BOOL", "BOOLEAN"].map((word) => [word, "Boolean"] as const),
]);

/** Parses an expression whose operators bind more tightly than `power`; stops before the first token that is none of it. */
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
    if (operand.kind === "literal" && typeof operand.value === "number") {
      return { kind: "literal", value: -operand.value, position };
    }
    return { kind: "minus", operand, position };
  }
  if (cursor.takes("NOT")) {
    if (power > POWER.not) throw cursor.error(position, "put NOT and its operand in parentheses");
    return { kind: "not", operand: parseExpression(cursor, POWER.not), position };
  }
  let operand = parsePrimary(cursor);
  while (cursor.takes(".")) {
    operand = { kind: "member", of: operand, name: cursor.expectName("a name"), position };
  }
  return operand;
}

function parsePrimary(cursor: Cursor): Expression {
  const token = cursor.take();
  const { position } = token;
  if (token.kind === "number") return { kind: "literal", value: token.value, position };
  if (token.kind === "string") return { kind: "literal", value: token.text, position };
  switch (wordOf(token)) {
    case "*":
      return { kind: "star", position };
    case "(": {
      const inner = parseExpression(cursor);
      cursor.expect(")", "to close the parenthesis");
      return inner;
    }
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
      return parseCase(cursor, position);
    case "SELECT":
      throw cursor.error(position, "a SELECT inside a statement is not supported yet");
    case "EXISTS":
      throw cursor.error(position, "EXISTS is not supported yet; use isUndefined(value)");
  }
  if (token.kind !== "name" || RESERVED.has(token.text.toUpperCase())) {
    throw cursor.error(position, `expected an expression, found ${describe(token)}`);
  }
  // A name is a function only if a parenthesis follows: `timestamp` is an attribute and `timestamp()` is the clock.
  if (!cursor.takes("(")) return { kind: "attribute", name: token.text, position };
  if (token.text.toUpperCase() === "CAST") return parseCast(cursor, position);
  const args = parseList(cursor, ")", parseExpression);
  return { kind: "call", name: token.text, args, position };
}

function parseList<Item>(
  cursor: Cursor,
  close: string,
  parseItem: (cursor: Cursor) => Item,
): Item[] {
  const items: Item[] = [];
  if (cursor.takes(close)) return items;
  do items.push(parseItem(cursor));
  while (cursor.takes(","));
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

function parseCast(cursor: Cursor, position: number): Expression {
  const value = parseExpression(cursor);
  cursor.expect("AS", "before the type, as in cast(value AS Int)");
  const word = cursor.take();
  const type = CAST_TYPES.get(wordOf(word) ?? "");
  if (!type) {
    const known = "String, Nvarchar, Text, Ntext, Varchar, Int, Integer, Double, Decimal, Bool";
    const reason = `expected one of the types ${known}, Boolean, found ${describe(word)}`;
    throw cursor.error(word.position, reason);
  }
  cursor.expect(")", "to close cast");
  return { kind: "cast", value, type, position };
}

function parseCase(cursor: Cursor, position: number): Expression {
  if (wordOf(cursor.peek()) === "WHEN") {
    const reason = "CASE needs a value before WHEN; write CASE condition WHEN true THEN ... END";
    throw cursor.error(cursor.peek().position, reason);
  }
  const subject = parseExpression(cursor);
  const branches: { test: Expression; result: Expression }[] = [];
  cursor.expect("WHEN", "after the value of CASE");
  do {
    const test = parseExpression(cursor);
    // Page `iot-sql-case` says "expression"; its author (issue 60 of awsdocs/aws-iot-docs) says that only constants work.
    if (test.kind !== "literal") throw whenTakesLiterals(cursor, test);
    cursor.expect("THEN", "after the value of WHEN");
    branches.push({ test, result: parseExpression(cursor) });
  } while (cursor.takes("WHEN"));
  const otherwise = cursor.takes("ELSE") ? parseExpression(cursor) : undefined;
  cursor.expect("END", "to close CASE");
  return { kind: "case", subject, branches, otherwise, position };
}

function whenTakesLiterals(cursor: Cursor, test: Expression): SqlError {
  const reason = "WHEN takes a literal; compare by CASE (a = b) WHEN true THEN ... END";
  return cursor.error(test.position, reason);
}
