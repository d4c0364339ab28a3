import type { BinaryOperator } from "./ast";
import { toText } from "./json";
import { ARITHMETIC, compareNumbers, negated, type Numeric } from "./numbers";
import { equal, isArray, isNumeric, toBoolean, toNumber, type Value } from "./values";

type Operator = (left: Value, right: Value) => Value;

/** What each operator but AND and OR does with two values (page `iot-sql-operators`). */
export const OPERATORS: Readonly<Record<Exclude<BinaryOperator, "AND" | "OR">, Operator>> = {
  IN: isIn,
  "=": equality,
  "<>": (left, right) => not(equality(left, right)),
  "<": comparison((order) => order < 0),
  "<=": comparison((order) => order <= 0),
  ">": comparison((order) => order > 0),
  ">=": comparison((order) => order >= 0),
  "+": add,
  "-": ofNumbers(ARITHMETIC["-"]),
  "*": ofNumbers(ARITHMETIC["*"]),
  "/": divide,
  "%": ofNumbers(ARITHMETIC["%"]),
};

// AWS publishes no limit for strings; without one, variables could double a text ten times over.
const LONGEST = 1 << 20;

/** The sign `-`: the number with the opposite sign, all digits kept; Undefined if it is no number. */
export function minus(value: Value): Value {
  const operand = toNumber(value);
  return operand === undefined ? undefined : negated(operand);
}

/** NOT: Undefined unless the operand is a Boolean, or a String that says `true` or `false`. */
export function not(value: Value): Value {
  const operand = toBoolean(value);
  return operand === undefined ? undefined : !operand;
}

/** `=`: Undefined if a side is; otherwise values of different types are unequal. */
export function equality(left: Value, right: Value): boolean | undefined {
  return left === undefined || right === undefined ? undefined : equal(left, right);
}

// Page `iot-sql-operators` gives a result for an array on the right only.
function isIn(left: Value, right: Value): Value {
  if (left === undefined || !isArray(right)) return undefined;
  return right.some((item) => equal(left, item));
}

/** An operator on the numbers that its operands are or convert to; Undefined if one does not. */
function ofNumbers(compute: (left: Numeric, right: Numeric) => Value): Operator {
  return (left, right) => {
    const first = toNumber(left);
    const second = toNumber(right);
    return first === undefined || second === undefined ? undefined : compute(first, second);
  };
}

function comparison(decide: (order: number) => boolean): Operator {
  return ofNumbers((left, right) => decide(compareNumbers(left, right)));
}

function add(left: Value, right: Value): Value {
  if (isNumeric(left) && isNumeric(right)) return ARITHMETIC["+"](left, right);
  if (typeof left !== "string" && typeof right !== "string") return undefined;
  return joined([left, right]);
}

// Strings convert to Decimal, so "5" / 2 is 2.5; only two Ints give an Int.
function divide(left: Value, right: Value): Value {
  const first = toNumber(left);
  const second = toNumber(right);
  if (first === undefined || second === undefined) return undefined;
  return isNumeric(left) && isNumeric(right)
    ? ARITHMETIC["/"](first, second)
    : ARITHMETIC["÷"](first, second);
}

/** The values as one String; Undefined if one has no text, or it exceeds 2^20 characters. */
export function joined(values: readonly Value[]): string | undefined {
  let text = "";
  for (const value of values) {
    const part = toText(value);
    if (part === undefined || text.length + part.length > LONGEST) return undefined;
    text += part;
  }
  return text;
}
