import { enumerate, shorten } from "./finding";
import type { Shape } from "./model";
import { wholeValue } from "./pattern";

/** What a value must be and is not, as the end of a sentence "… but must …". */
export type Constraint = string;

/** The checks of all simple types of the models; undefined for a type that is not simple. */
export function checkScalar(shape: Shape, value: unknown): Constraint[] | undefined {
  switch (shape.type) {
    case "string":
      return typeof value === "string" ? checkString(shape, value) : ["be a string"];
    case "blob":
      return checkBlob(shape, value);
    case "boolean":
      return typeof value === "boolean" ? [] : ["be true or false"];
    case "timestamp":
      return isTime(value) ? [] : ["be a time"];
    case "integer":
    case "long":
      return Number.isInteger(value) ? checkRange(shape, Number(value)) : ["be a whole number"];
    case "float":
    case "double":
      return Number.isFinite(value) ? checkRange(shape, Number(value)) : ["be a number"];
    default:
      return undefined;
  }
}

/** Checks `size` against the shape's minimum and maximum, counted in `unit`s (singular). */
export function checkSize(shape: Shape, size: number, unit: string): Constraint[] {
  const { min = 0, max = Infinity } = shape;
  if (size >= min && size <= max) return [];
  const many = (count: number): string => `${count} ${unit}${count === 1 ? "" : "s"}`;
  const atMost = min === 0 ? `at most ${many(max)}` : `${min} to ${many(max)}`;
  const bounds = max === Infinity ? `at least ${many(min)}` : min === max ? many(max) : atMost;
  return [`have ${bounds}, not ${size}`];
}

function checkString(shape: Shape, value: string): Constraint[] {
  if (shape.enum) {
    return shape.enum.includes(value) ? [] : [`be one of ${enumerate(shape.enum)}`];
  }
  const bounded = shape.min !== undefined || shape.max !== undefined;
  // AWS counts characters, not UTF-16 units.
  const sizes = bounded ? checkSize(shape, [...value].length, "character") : [];
  if (sizes.length > 0 || shape.pattern === undefined) return sizes;
  return wholeValue(shape.pattern)?.test(value) === false
    ? [`match /${shorten(shape.pattern, 160)}/`]
    : [];
}

/** Checks bytes. A body that is a stream passes: its length is unknown before it is sent. */
function checkBlob(shape: Shape, value: unknown): Constraint[] {
  if (typeof value === "string") return checkSize(shape, Buffer.byteLength(value), "byte");
  if (ArrayBuffer.isView(value)) return checkSize(shape, value.byteLength, "byte");
  const isStream = typeof value === "object" && value !== null && "pipe" in value;
  return isStream ? [] : ["be bytes"];
}

function checkRange(shape: Shape, value: number): Constraint[] {
  const { min = -Infinity, max = Infinity } = shape;
  if (value >= min && value <= max) return [];
  if (max === Infinity) return [`be at least ${min}`];
  return min === -Infinity ? [`be at most ${max}`] : [`be ${min} to ${max}`];
}

function isTime(value: unknown): boolean {
  return value instanceof Date ? !Number.isNaN(value.getTime()) : Number.isFinite(value);
}
