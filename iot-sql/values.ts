import { isDecimal, type Numeric, parseNumber, sameNumber, wholePart } from "./numbers";

/** What JSON can hold; numbers that a double would round are a `bigint` or a `Decimal`. */
export type Json = null | boolean | Numeric | string | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [name: string]: Json;
}

/** What an expression can yield: JSON, or `undefined` for Undefined. */
export type Value = Json | undefined;

/** A JSON object, and neither null nor an array. */
export function isObject(value: Value): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !isDecimal(value);
}

/** A JSON array. */
export function isArray(value: Value | Uint8Array): value is readonly Json[] {
  return Array.isArray(value);
}

/** An Int or a Decimal. */
export function isNumeric(value: Value): value is Numeric {
  return typeof value === "number" || typeof value === "bigint" || isDecimal(value);
}

/** Not Undefined. */
export function isDefined<Item>(item: Item | undefined): item is Item {
  return item !== undefined;
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

/** A copy of an object whose members can be set, whatever their names; empty for all else. */
export function copyOf(value: Value): Record<string, Json> {
  return isObject(value) ? { ...value } : {};
}

/**
 * The standard conversion to Decimal. Null: `iot-sql-data-types` says Null, but the tables of
 * `iot-sql-operators` and `iot-sql-functions` list it under what gives Undefined, and an operand is
 * all that this is used for.
 */
export function toNumber(value: Value): Numeric | undefined {
  if (isNumeric(value)) return value;
  return typeof value === "string" ? parseNumber(value) : undefined;
}

/**
 * The standard conversion to Int. Decimals: `iot-sql-data-types` says "nearest", but
 * `substring("012345", 2.745)` and every table of `iot-sql-functions` round down.
 */
export function toInt(value: Value): Numeric | undefined {
  const number = toNumber(value);
  return number === undefined ? undefined : wholePart(number);
}

/** The standard conversion to Int, for places and lengths, where no more digits count. */
export function toIndex(value: Value): number | undefined {
  const number = toInt(value);
  return number === undefined ? undefined : Number(number);
}

/** The standard conversion to Boolean; strings in any case. */
export function toBoolean(value: Value): boolean | undefined {
  if (typeof value === "boolean") return value;
  const word = typeof value === "string" ? value.toLowerCase() : "";
  return word === "true" || word === "false" ? word === "true" : undefined;
}

/**
 * The operator `=` for two defined values: values of different types are unequal, nothing is
 * converted.
 */
export function equal(left: Json, right: Json): boolean {
  if (isNumeric(left)) return isNumeric(right) && sameNumber(left, right);
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
