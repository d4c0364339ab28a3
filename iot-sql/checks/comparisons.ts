import type { Binary, Case, Expression, ExpressionOf } from "../ast";
import { toBoolean, toNumber } from "../values";
import type { ValueType } from "../signature";
import type { Finding } from "../problem";
import { typeOf } from "./types";

/** Warns of operators whose outcome is the same for every message. */
export function checkOperators(parts: readonly Expression[]): Finding[] {
  return parts.flatMap((part) => {
    if (part.kind === "binary") return checkBinary(part);
    if (part.kind === "case") return checkCase(part);
    return part.kind === "not" || part.kind === "minus" ? checkUnary(part) : [];
  });
}

/** Warns of a WHERE that lets no message through: only true does (page `iot-sql-where`). */
export function checkWhere(where: Expression | undefined): Finding[] {
  if (!where) return [];
  const type = typeOf(where);
  const constant = where.kind === "literal" && where.value !== true;
  if (type === "any" || (type === "Boolean" && !constant)) return [];
  const reason = `WHERE is ${constant ? "never true" : `${a(type)}, which is never true`}, so no message passes`;
  return [{ code: "where-never-true", severity: "warning", reason, position: where.position }];
}

const a = (type: ValueType): string => (/^[AO]/.test(type) ? `an ${type}` : `a ${type}`);

function checkBinary(binary: Binary): Finding[] {
  switch (binary.operator) {
    case "=":
    case "<>":
      return checkEquality(binary.left, binary.right, binary.operator);
    case "AND":
    case "OR":
      return [binary.left, binary.right].flatMap((operand) =>
        unfit(operand, "Boolean", binary.operator, "this side"),
      );
    case "IN":
      return unfit(binary.right, "Array", "IN");
    case "+":
      return checkSum(binary);
    default:
      return [binary.left, binary.right].flatMap((operand) =>
        unfit(operand, "Number", binary.operator),
      );
  }
}

function checkUnary(unary: ExpressionOf<"not"> | ExpressionOf<"minus">): Finding[] {
  return unary.kind === "not"
    ? unfit(unary.operand, "Boolean", "NOT")
    : unfit(unary.operand, "Number", "-");
}

// The pages convert a String that says so to a Boolean or a number, and nothing else.
function unfit(
  operand: Expression,
  wanted: "Boolean" | "Number" | "Array",
  operator: string,
  what = "the result",
): Finding[] {
  const type = typeOf(operand);
  if (type === "any" || type === wanted) return [];
  if (type === "String" && wanted !== "Array" && !isUnfitText(operand, wanted)) return [];
  const reason = `'${operator}' needs ${a(wanted)}, and this is ${a(type)}, so ${what} is always Undefined`;
  return [{ code: "always-undefined", severity: "warning", reason, position: operand.position }];
}

function isUnfitText(operand: Expression, wanted: "Boolean" | "Number"): boolean {
  if (operand.kind !== "literal" || typeof operand.value !== "string") return false;
  const converted = wanted === "Boolean" ? toBoolean(operand.value) : toNumber(operand.value);
  return converted === undefined;
}

function checkSum({ left, right, position }: Binary): Finding[] {
  const types = [typeOf(left), typeOf(right)];
  const none = types.find((type) => type === "Null");
  const bothKnown = !types.includes("any") && !types.includes("String");
  if (!none && (!bothKnown || types.every((type) => type === "Number"))) return [];
  if (!none && !bothKnown) return [];
  const reason = `'+' adds numbers or joins to a String, so the result is always Undefined`;
  return [{ code: "always-undefined", severity: "warning", reason, position }];
}

function checkEquality(left: Expression, right: Expression, operator: "=" | "<>"): Finding[] {
  const quoted = [left, right].find(isQuotedBoolean);
  const other = quoted === left ? right : left;
  const types = [typeOf(left), typeOf(right)];
  if (quoted && typeOf(other) !== "String") {
    const { value, position } = quoted;
    const suggestion = String(value).toLowerCase();
    const reason = `'${String(value)}' in quotes is a String, which no Boolean equals; write ${suggestion}`;
    return [{ code: "quoted-boolean", severity: "warning", reason, position, suggestion }];
  }
  const [first, second] = types as [ValueType, ValueType];
  if (first === "any" || second === "any" || first === second) return [];
  const outcome = operator === "=" ? "never true" : "never false";
  const reason = `${a(first)} and ${a(second)} are never equal, so '${operator}' is ${outcome}`;
  return [{ code: "never-equal", severity: "warning", reason, position: right.position }];
}

function isQuotedBoolean(expression: Expression): expression is ExpressionOf<"literal"> {
  if (expression.kind !== "literal" || typeof expression.value !== "string") return false;
  return toBoolean(expression.value) !== undefined;
}

function checkCase({ subject, branches }: Case): Finding[] {
  return branches.flatMap(({ test }) => checkEquality(subject, test, "="));
}
