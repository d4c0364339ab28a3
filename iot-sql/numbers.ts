import { Decimal } from "decimal.js";

/**
 * An Int or a Decimal.
 *
 * AWS counts with 34 decimal digits and exponents up to 999 (page `iot-sql-data-types`). Here an Int
 * has its 34 digits: a `bigint` where a double would round it, else a `number`. A Decimal is held in
 * double precision, 17 digits, and one beyond its range is Undefined. Arithmetic is AWS's, in
 * decimal digits, so 0.1 + 0.2 is 0.3. Whole numbers are Int, others Decimal: in SQL version
 * 2016-03-23 a Decimal such as 10.0 turns to Int (page `iot-sql-functions`, cast).
 */
export type Numeric = number | bigint;

const Exact = Decimal.clone({ precision: 34, rounding: Decimal.ROUND_HALF_EVEN });
const MOST_OF_INT = 10n ** 34n;

// The documented form of strings that turn to numbers (page `iot-sql-data-types`).
const NUMERIC = /^-?\d+(\.\d+)?(E-?\d+)?$/i;

/** The number that a string is, by the documented form; else Undefined. */
export function parseNumber(text: string): Numeric | undefined {
  return NUMERIC.test(text) ? readNumber(text) : undefined;
}

/** The number that a text in JSON's form stands for; Undefined beyond the range of a double. */
export function readNumber(text: string): Numeric | undefined {
  const value = Number(text);
  const exact = Number.isSafeInteger(value) || !Number.isInteger(value);
  return exact ? finite(value) : held(new Exact(text));
}

/**
 * A number without a negative zero, which decimals do not have; Undefined if it is beyond the range.
 */
export function finite(value: number): number | undefined {
  return Number.isFinite(value) ? value + 0 : undefined;
}

function held(value: Decimal): Numeric | undefined {
  const number = value.toNumber();
  if (Number.isSafeInteger(number) || !value.isInteger()) return finite(number);
  const digits = Number.isFinite(number) ? BigInt(value.toFixed(0)) : MOST_OF_INT;
  return digits < MOST_OF_INT && digits > -MOST_OF_INT ? digits : finite(number);
}

function exactly(value: Numeric): Decimal {
  return new Exact(typeof value === "bigint" ? value.toString() : value);
}

/** Whether a number is an Int: whole, and of at most 34 digits. */
export function isInt(value: Numeric): boolean {
  return typeof value === "bigint" || (Number.isInteger(value) && Math.abs(value) < 1e34);
}

/** The same number, whether a double holds it or not. */
export function sameNumber(left: Numeric, right: Numeric): boolean {
  return left === right || (typeof left !== typeof right && left == right);
}

/** A number rounded down to an Int. */
export function wholePart(value: Numeric): Numeric {
  return typeof value === "bigint" ? value : Math.floor(value) + 0;
}

type Arithmetic = (left: Numeric, right: Numeric) => Numeric | undefined;

function arithmetic(
  fast: (left: number, right: number) => number,
  exact: (left: Decimal, right: Decimal) => Decimal,
): Arithmetic {
  return (left, right) => {
    if (Number.isSafeInteger(left) && Number.isSafeInteger(right)) {
      const result = fast(left as number, right as number);
      if (Number.isSafeInteger(result)) return result + 0;
    }
    return held(exact(exactly(left), exactly(right)));
  };
}

const quotient = arithmetic(
  (left, right) => (left % right === 0 ? left / right : NaN),
  (left, right) => left.div(right),
);

// Int / Int is Int (page `iot-sql-operators`; page `iot-sql-select` has (50 - 32) * 5 / 9 = 10).
// Page `iot-sql-set` shows (75 - 32) * 5 / 9 = 23.89, which only Decimals give.
function divide(left: Numeric, right: Numeric): Numeric | undefined {
  if (!isInt(left) || !isInt(right)) return quotient(left, right);
  if (sameNumber(right, 0)) return undefined;
  if (Number.isSafeInteger(left) && Number.isSafeInteger(right)) {
    const rest = (left as number) % (right as number);
    return ((left as number) - rest) / (right as number) + 0;
  }
  return readNumber((BigInt(left) / BigInt(right)).toString());
}

/**
 * Addition and its like on two numbers; Undefined where there is no result, as for 1 / 0. `÷`
 * divides as Decimals whatever its operands are.
 */
export const ARITHMETIC: Readonly<Record<"+" | "-" | "*" | "/" | "÷" | "%", Arithmetic>> = {
  "+": arithmetic(
    (left, right) => left + right,
    (left, right) => left.plus(right),
  ),
  "-": arithmetic(
    (left, right) => left - right,
    (left, right) => left.minus(right),
  ),
  "*": arithmetic(
    (left, right) => left * right,
    (left, right) => left.times(right),
  ),
  "/": divide,
  "÷": quotient,
  "%": arithmetic(
    (left, right) => left % right,
    (left, right) => left.mod(right),
  ),
};

/** A number cut off after this many decimal places. */
export function truncated(value: Numeric, places: number): Numeric | undefined {
  return held(exactly(value).toDecimalPlaces(places, Decimal.ROUND_DOWN));
}

/**
 * Int in standard notation, up to its 34 digits; Decimal "possibly in scientific notation" (page
 * `iot-sql-data-types`).
 */
export function numberText(value: Numeric): string {
  return isInt(value) ? BigInt(value).toString() : String(value).toUpperCase();
}
