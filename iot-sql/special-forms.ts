import type { CastType, Expression } from "./ast";
import { type Cursor, describe, wordOf } from "./cursor";
import type { SqlError } from "./sql-error";

type Parse = (cursor: Cursor) => Expression;

const CAST_TYPES: ReadonlyMap<string, CastType> = new Map([
  ["STRING", "String"],
  ["NVARCHAR", "String"],
  ["TEXT", "String"],
  ["NTEXT", "String"],
  ["VARCHAR", "String"],
  ["INT", "Int"],
  ["INTEGER", "Int"],
  ["DOUBLE", "Decimal"],
  ["DECIMAL", "Decimal"],
  ["BOOL", "Boolean"],
  ["BOOLEAN", "Boolean"],
]);

/** Parses `value AS type)`, after `cast(`. */
export function parseCast(cursor: Cursor, position: number, parse: Parse): Expression {
  const value = parse(cursor);
  cursor.expect("AS", "before the type, as in cast(value AS Int)");
  const word = cursor.take();
  const type = CAST_TYPES.get(wordOf(word) ?? "");
  if (!type) {
    const known = [...CAST_TYPES.keys()].join(", ");
    const reason = `expected one of the types ${known}, found ${describe(word)}`;
    throw cursor.error(word.position, reason);
  }
  cursor.expect(")", "to close cast");
  return { kind: "cast", value, type, position };
}

/** Parses what follows CASE, up to its END. */
export function parseCase(cursor: Cursor, position: number, parse: Parse): Expression {
  if (wordOf(cursor.peek()) === "WHEN") {
    const reason = "CASE needs a value before WHEN; write CASE condition WHEN true THEN ... END";
    throw cursor.error(cursor.peek().position, reason);
  }
  const subject = parse(cursor);
  const branches: { test: Expression; result: Expression }[] = [];
  cursor.expect("WHEN", "after the value of CASE");
  do {
    const test = parse(cursor);
    // Page `iot-sql-case` says "expression"; its author answered in awsdocs/aws-iot-docs that only
    // constants work.
    if (test.kind !== "literal") throw whenTakesLiterals(cursor, test);
    cursor.expect("THEN", "after the value of WHEN");
    branches.push({ test, result: parse(cursor) });
  } while (cursor.takes("WHEN"));
  const otherwise = cursor.takes("ELSE") ? parse(cursor) : undefined;
  cursor.expect("END", "to close CASE");
  return { kind: "case", subject, branches, otherwise, position };
}

function whenTakesLiterals(cursor: Cursor, test: Expression): SqlError {
  const reason = "WHEN takes a literal; compare by CASE (a = b) WHEN true THEN ... END";
  return cursor.error(test.position, reason);
}
