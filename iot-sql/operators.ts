import type { BinaryOperator } from "./ast";
import { equal, finite, toBoolean, toNumber, toText, type Value } from "./values";

type Operator = (left: Value, right: Value) => Value;

/** What each operator does with two values (page `iot-sql-operators`). */
export const OPERATORS: Readonly<Record<BinaryOperator, Operator>> = {
  AND: logical((left, right) => left && right),
  OR: logical((left, right) => left || right),
  "=": equality,
  "<>": (left, right) => not(equality(left, right)),
  "<": comparison((left, right) => left < right),
  "<=": comparison((left, right) => left <= right),
  ">": comparison((left, right) => left > right),
  ">=": comparison((left, right) => left >= right),
  "+": add,
  "-": arithmetic((left, right) => left - right),
  "*": arithmetic((left, right) => left * right),
  "/": divide,
  "%": arithmetic((left, right) => left % right),
};

/** NOT: Undefined for whatever is neither a Boolean nor the word of one. */
export function not(value: Value): Value {
  const operand = toBoolean(value);
  return operand === undefined ? undefined : !operand;
}

/** `=`: Undefined if a side is; otherwise values of different types are unequal. */
export function equality(left: Value, right: Value): boolean | undefined {
  return left === undefined || right === undefined ? undefined : equal(left, right);
}

// A side that is no Boolean makes the result Undefined, even `true OR Undefined` and `false AND
// Undefined`: the tables of page `iot-sql-operators` list it under "Other Value". Emulators differ
// among themselves here.
function logical(decide: (left: boolean, right: boolean) => boolean): Operator {
  return (left, right) => {
    const first = toBoolean(left);
    const second = toBoolean(right);
    return first === undefined || second === undefined ? undefined : decide(first, second);
  };
}

function comparison(decide: (left: number, right: number) => boolean): Operator {
  return (left, right) => {
    const first = toNumber(left);
    const second = toNumber(right);
    return first === undefined || second === undefined ? undefined : decide(first, second);
  };
}

// Division by zero is not documented; like every result that is no number it is Undefined.
function arithmetic(compute: (left: number, right: number) => number): Operator {
  return (left, right) => {
    const first = toNumber(left);
    const second = toNumber(right);
    return first === undefined || second === undefined ? undefined : finite(compute(first, second));
  };
}

function add(left: Value, right: Value): Value {
  if (typeof left === "number" && typeof right === "number") return finite(left + right);
  if (typeof left !== "string" && typeof right !== "string") return undefined;
  const first = toText(left);
  const second = toText(right);
  return first === undefined || second === undefined ? undefined : first + second;
}

// Int / Int is Int (page `iot-sql-operators`; page `iot-sql-select` has (50 - 32) * 5 / 9 = 10).
// Page `iot-sql-set` shows (75 - 32) * 5 / 9 = 23.89, which only Decimals give. Strings convert to
// Decimal, so "5" / 2 is 2.5.
function divide(left: Value, right: Value): Value {
  if (isInt(left) && isInt(right)) return finite((left - (left % right)) / right);
  return arithmetic((first, second) => first / second)(left, right);
}

function isInt(value: Value): value is number {
  return Number.isInteger(value);
}
