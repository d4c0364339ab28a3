/** What JSON can hold. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [name: string]: Json;
}

/**
 * What an expression can yield: JSON, or `undefined` for Undefined.
 *
 * AWS counts with 34 decimal digits and exponents up to 999. Here numbers are JavaScript's:
 * fractions and integers beyond double precision are rounded, and a result beyond its range is
 * Undefined. Whole numbers are Int, others Decimal: in SQL version 2016-03-23 a Decimal such as
 * 10.0 turns to Int (page `iot-sql-functions`, cast).
 */
export type Value = Json | undefined;

/** A JSON object, and neither null nor an array. */
export function isObject(value: Value): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A JSON array. */
export function isArray(value: Value): value is readonly Json[] {
  return Array.isArray(value);
}

/**
 * The member of an object by its own name: what a payload calls `constructor` never reaches
 * JavaScript's.
 */
export function memberOf(value: Value, name: string): Value {
  return isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}

/** Sets an own member, also one called `__proto__`. */
export function setMember(target: Record<string, Json>, name: string, value: Json): void {
  if (name !== "__proto__") target[name] = value;
  else Object.defineProperty(target, name, { value, ...OWN });
}
const OWN = { enumerable: true, writable: true, configurable: true };

/** A copy whose members can be set, whatever their names. */
export function copyOf(value: JsonObject): Record<string, Json> {
  return { ...value };
}

// The documented form of strings that turn to numbers (page `iot-sql-data-types`).
const NUMERIC = /^-?\d+(\.\d+)?(E-?\d+)?$/i;

/**
 * A number that the engine can hold, without a negative zero, which decimals do not have; else
 * Undefined.
 */
export function finite(value: number): number | undefined {
  return Number.isFinite(value) ? value + 0 : undefined;
}

/**
 * The standard conversion to Decimal. Null: `iot-sql-data-types` says Null, but the tables of
 * `iot-sql-operators` and `iot-sql-functions` list it under what gives Undefined, and an operand is
 * all that this is used for.
 */
export function toNumber(value: Value): number | undefined {
  if (typeof value === "number") return value;
  return typeof value === "string" && NUMERIC.test(value) ? finite(Number(value)) : undefined;
}

/**
 * The standard conversion to Int. Decimals: `iot-sql-data-types` says "nearest", but
 * `substring("012345", 2.745)` and every table of `iot-sql-functions` round down.
 */
export function toInt(value: Value): number | undefined {
  const number = toNumber(value);
  return number === undefined ? undefined : finite(Math.floor(number));
}

/** The standard conversion to Boolean; strings in any case. */
export function toBoolean(value: Value): boolean | undefined {
  if (typeof value === "boolean") return value;
  const word = typeof value === "string" ? value.toLowerCase() : "";
  return word === "true" || word === "false" ? word === "true" : undefined;
}

/** The standard conversion to String: JSON for arrays and objects, Undefined for Null. */
export function toText(value: Value): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === "string") return value;
  if (typeof value === "number") return numberText(value);
  return JSON.stringify(value);
}

// Int in standard notation, up to its 34 digits; Decimal "possibly in scientific notation" (page
// `iot-sql-data-types`).
function numberText(value: number): string {
  const isInt = Number.isInteger(value) && Math.abs(value) < 1e34;
  return isInt ? BigInt(value).toString() : String(value).toUpperCase();
}

/**
 * The operator `=` for two defined values: values of different types are unequal, nothing is
 * converted.
 */
export function equal(left: Json, right: Json): boolean {
  if (isArray(left)) {
    return isArray(right) && left.length === right.length && left.every(sameAt(right));
  }
  if (!isObject(left)) return left === right;
  if (!isObject(right)) return false;
  const names = Object.keys(left);
  return (
    names.length === Object.keys(right).length &&
    names.every((name) => Object.hasOwn(right, name) && sameMember(left, right, name))
  );
}

function sameAt(right: readonly Json[]): (item: Json, index: number) => boolean {
  return (item, index) => equal(item, right[index] as Json);
}

function sameMember(left: JsonObject, right: JsonObject, name: string): boolean {
  return equal(left[name] as Json, right[name] as Json);
}
