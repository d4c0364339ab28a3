import { finite, toNumber } from "../values";
import { type FunctionTable, ofValues, type SqlFunction } from "./function";

function ofNumber(compute: (value: number) => number): SqlFunction {
  return ofValues(1, 1, (value) => {
    const number = toNumber(value);
    return number === undefined ? undefined : finite(compute(number));
  });
}

/** Functions of one number, or of a string that is one (page `iot-sql-functions`). */
export const NUMBER_FUNCTIONS: FunctionTable = {
  abs: ofNumber(Math.abs),
  ceil: ofNumber(Math.ceil),
  floor: ofNumber(Math.floor),
  // Halves go away from zero, as in the documented round(-1.5) = -2; the table beside it says
  // "rounded down".
  round: ofNumber((value) => Math.sign(value) * Math.round(Math.abs(value))),
};
