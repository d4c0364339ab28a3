import type { CastType } from "./ast";
import { toText } from "./json";
import { type Numeric, sameNumber, wholePart } from "./numbers";
import { isNumeric, toBoolean, toNumber, type Value } from "./values";

/**
 * Converts like the standard conversions, and between numbers and Booleans too (page
 * `iot-sql-functions`, cast). Its table for String to String is a copy of the one for Booleans;
 * here, as on page `iot-sql-data-types`, a String stays as it is.
 */
export const CASTS: Readonly<Record<CastType, (value: Value) => Value>> = {
  String: toText,
  Decimal: toDecimal,
  Int: (value) => {
    const number = toDecimal(value);
    return number === undefined ? undefined : wholePart(number);
  },
  Boolean: (value) => (isNumeric(value) ? !sameNumber(value, 0) : toBoolean(value)),
};

function toDecimal(value: Value): Numeric | undefined {
  return typeof value === "boolean" ? Number(value) : toNumber(value);
}
