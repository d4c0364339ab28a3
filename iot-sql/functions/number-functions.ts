import { Decimal } from "decimal.js";
import {
  ARITHMETIC,
  compareNumbers,
  finite,
  isInt,
  negated,
  type Numeric,
  rounded,
  truncated,
  wholePart,
} from "../numbers";
import { isNumeric, toIndex, toInt, toNumber, type Value } from "../values";
import { converting, type FunctionTable, ofValues, type SqlFunction } from "./function";

function rounding(mode: Decimal.Rounding): SqlFunction {
  return converting<[Numeric]>("Number", [toNumber], (value) => rounded(value, mode));
}

const signOf = (value: Numeric): number => compareNumbers(value, 0);

// "Decimal arguments are rounded to double precision before function application"; imaginary and
// infinite results are Undefined.
function inDouble(compute: (value: number) => number): SqlFunction {
  return converting<[Numeric]>("Number", [toNumber], (value) => finite(compute(Number(value))));
}

function pairInDouble(compute: (left: number, right: number) => number): SqlFunction {
  return converting<[Numeric, Numeric]>("Number", [toNumber, toNumber], (left, right) =>
    finite(compute(Number(left), Number(right))),
  );
}

const remainder = converting<[Numeric, Numeric]>("Number", [toNumber, toNumber], ARITHMETIC["%"]);

// Two's complement without a width. The page's example bitnot(13) = 2 flips four bits only; its
// table says NOT of an Int, which is signed.
function bitwise(compute: (left: bigint, right: bigint) => bigint): SqlFunction {
  return converting<[Numeric, Numeric]>("Number", [toInt, toInt], (left, right) =>
    isInt(left) && isInt(right) ? narrow(compute(BigInt(left), BigInt(right))) : undefined,
  );
}

function narrow(value: bigint): Numeric {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

// The table of page `iot-sql-functions` leaves a String as second argument to "Other value".
function trunc(value: Value, places: Value): Value {
  const number = toNumber(value);
  const index = isNumeric(places) ? toIndex(places) : undefined;
  if (number === undefined || index === undefined) return undefined;
  return truncated(number, Math.min(Math.max(index, 0), 34));
}

const rand: SqlFunction = {
  least: 0,
  most: 0,
  gives: "Number",
  prepare: () => (scope) => scope.run.replay.once(Math.random),
};

/** Functions of numbers, or of strings that are some (page `iot-sql-functions`). */
export const NUMBER_FUNCTIONS: FunctionTable = {
  abs: converting<[Numeric]>("Number", [toNumber], (value) =>
    signOf(value) < 0 ? negated(value) : value,
  ),
  acos: inDouble(Math.acos),
  asin: inDouble(Math.asin),
  atan: inDouble(Math.atan),
  // The first argument is y: atan2(1, 0) is a quarter turn.
  atan2: pairInDouble(Math.atan2),
  bitand: bitwise((left, right) => left & right),
  bitnot: converting<[Numeric]>("Number", [toInt], (value) =>
    isInt(value) ? narrow(~BigInt(value)) : undefined,
  ),
  bitor: bitwise((left, right) => left | right),
  bitxor: bitwise((left, right) => left ^ right),
  ceil: rounding(Decimal.ROUND_CEIL),
  cos: inDouble(Math.cos),
  cosh: inDouble(Math.cosh),
  exp: inDouble(Math.exp),
  floor: converting<[Numeric]>("Number", [toNumber], wholePart),
  ln: inDouble(Math.log),
  log: inDouble(Math.log10),
  mod: remainder,
  // There is no NaN here: what AWS might call so is Undefined.
  nanvl: ofValues(2, 2, "any", (value, otherwise) => value ?? otherwise),
  power: pairInDouble(Math.pow),
  rand,
  remainder,
  // Halves go away from zero, as in the documented round(-1.5) = -2; the table beside it says
  // "rounded down".
  round: rounding(Decimal.ROUND_HALF_UP),
  sign: converting<[Numeric]>("Number", [toNumber], signOf),
  sin: inDouble(Math.sin),
  sinh: inDouble(Math.sinh),
  sqrt: inDouble(Math.sqrt),
  tan: inDouble(Math.tan),
  tanh: inDouble(Math.tanh),
  trunc: ofValues(2, 2, "Number", trunc),
};
