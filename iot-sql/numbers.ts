import { Decimal } from "decimal.js";

/**
 * An Int or a Decimal, exact: a `number` if a double holds the value, else a `bigint` if it is whole and has at most
 * 38 digits, else a `Decimal`. Each value has one form only. Whole numbers are Int, others Decimal: in SQL version
 * 2016-03-23 a Decimal such as 10.0 turns into an Int (page `iot-sql-functions`, cast).
 */
export type Numeric = number | bigint | Decimal;

/**
 * Arithmetic has a precision of 34 decimal digits; magnitudes range from 1E-999 to 9.999E999. Beyond the range a result
 * is Undefined, below it is 0.
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/iot-sql-data-types.html
 */
const Exact = Decimal.clone({
  precision: 34,
  rounding: Decimal.ROUND_HALF_EVEN,
  maxE: 999,
  minE: -999,
});

/** Int: "34 digits maximum" (page `iot-sql-data-types`). */
const MOST_OF_INT = 10n ** 34n;
/** Whole numbers are written digit by digit up to the 38 digits that DynamoDB keeps. */
const MOST_OF_BIGINT = new Exact("1e38");
/** AWS publishes no limit; without one, arithmetic on a payload of 128 KiB of digits takes seconds. */
const MOST_DIGITS = 1000;

// The documented form of strings that convert to numbers (page `iot-sql-data-types`).
const NUMERIC = /^-?\d+(\.\d+)?(E-?\d+)?$/i;

/** The number that a string converts to, by the documented form; else Undefined. */
export function parseNumber(text: string): Numeric | undefined {
  return NUMERIC.test(text) ? readNumber(text) : undefined;
}

/**
 * The number that a text in JSON's form stands for, with all its digits up to 1,000; Undefined beyond 9.999E999, which
 * AWS IoT SQL does not have.
 */
export function readNumber(text: string): Numeric | undefined {
  const value = Number(text);
  // The double of up to 15 digits is exact; with an exponent it may have become 0.
  if (Number.isSafeInteger(value) && text.length < 16 && !/e/i.test(text)) return value + 0;
  return held(new Exact(text).toSignificantDigits(MOST_DIGITS));
}

/** Whether a value is a number that neither a double nor a `bigint` holds. */
export function isDecimal(value: unknown): value is Decimal {
  return value instanceof Exact;
}

/**
 * A double without a negative zero, which decimals do not have; Undefined if it is infinite or not a number.
 */
export function finite(value: number): Numeric | undefined {
  return held(new Exact(value));
}

function held(value: Decimal): Numeric | undefined {
  if (!value.isFinite()) return undefined;
  const number = value.toNumber();
  if (Number.isSafeInteger(number) && value.eq(number)) return number + 0;
  if (value.isInteger() && value.abs().lt(MOST_OF_BIGINT)) return BigInt(value.toFixed(0));
  return Number.isFinite(number) && value.eq(number) ? number : value;
}

function exactly(value: Numeric): Decimal {
  return new Exact(value);
}

/** Whether a number is an Int: whole, and of at most 34 digits. */
export function isInt(value: Numeric): value is number | bigint {
  if (typeof value === "bigint") return value < MOST_OF_INT && value > -MOST_OF_INT;
  return Number.isSafeInteger(value);
}

/** The same number, whatever form holds it. */
export function sameNumber(left: Numeric, right: Numeric): boolean {
  return compareNumbers(left, right) === 0;
}

/** Less than 0 if `left` is smaller, more than 0 if it is larger, 0 if both are the same number. */
export function compareNumbers(left: Numeric, right: Numeric): number {
  if (isDecimal(left) || isDecimal(right)) return exactly(left).comparedTo(exactly(right));
  return left < right ? -1 : left > right ? 1 : 0;
}

/** A number rounded down to a whole one. */
export function wholePart(value: Numeric): Numeric {
  return rounded(value, Decimal.ROUND_FLOOR);
}

/** A number rounded to a whole one, by one of the rounding modes of decimal.js. */
export function rounded(value: Numeric, mode: Decimal.Rounding): Numeric {
  // A finite number rounded to a whole one stays within the range.
  return held(exactly(value).toDecimalPlaces(0, mode)) as Numeric;
}

type Arithmetic = (left: Numeric, right: Numeric) => Numeric | undefined;

function arithmetic(compute: (left: Decimal, right: Decimal) => Decimal): Arithmetic {
  return (left, right) => held(compute(exactly(left), exactly(right)));
}

const quotient = arithmetic((left, right) => left.div(right));

// Int / Int is Int (page `iot-sql-operators`; page `iot-sql-select` has (50 - 32) * 5 / 9 = 10).
// Page `iot-sql-set` shows (75 - 32) * 5 / 9 = 23.89, which only Decimals give.
function divide(left: Numeric, right: Numeric): Numeric | undefined {
  if (!isInt(left) || !isInt(right)) return quotient(left, right);
  if (sameNumber(right, 0)) return undefined;
  return readNumber((BigInt(left) / BigInt(right)).toString());
}

/**
 * Addition and its like on two numbers; Undefined where there is no result, as for 1 / 0. `÷`
 * divides as Decimals whatever its operands are.
 */
export const ARITHMETIC: Readonly<Record<"+" | "-" | "*" | "/" | "÷" | "%", Arithmetic>> = {
  "+": arithmetic((left, right) => left.plus(right)),
  "-": arithmetic((left, right) => left.minus(right)),
  "*": arithmetic((left, right) => left.times(right)),
  "/": divide,
  "÷": quotient,
  "%": arithmetic((left, right) => left.mod(right)),
};

/** The number with the opposite sign; every digit stays. */
export function negated(value: Numeric): Numeric {
  if (typeof value === "bigint") return -value;
  return isDecimal(value) ? value.neg() : 0 - value;
}

/** A number cut off after this many decimal places. */
export function truncated(value: Numeric, places: number): Numeric | undefined {
  return held(exactly(value).toDecimalPlaces(places, Decimal.ROUND_DOWN));
}

/** A number as JSON has it, with all its digits. */
export function numberJson(value: Numeric): string {
  return value.toString();
}

/**
 * Int in standard notation, up to its 34 digits; Decimal "possibly in scientific notation" (page
 * `iot-sql-data-types`).
 */
export function numberText(value: Numeric): string {
  return isInt(value) ? BigInt(value).toString() : numberJson(value).toUpperCase();
}
