import { writeJson } from "../json";
import { isEvaluationFailure } from "../failure";
import type { Scope } from "../scope";
import { isArray, isObject, memberOf, toIndex, type Value } from "../values";
import type { Expression } from "../ast";
import type { ArgumentProblem } from "../signature";
import { type FunctionTable, literalText, ofValues, type SqlFunction } from "./function";

// Indexes count from 0, says the table of page `iot-sql-functions`; its example has get("abc", 1) =
// "a".
function get(collection: Value, key: Value): Value {
  if (isObject(collection)) return typeof key === "string" ? memberOf(collection, key) : undefined;
  if (!isArray(collection) && typeof collection !== "string") return undefined;
  const index = toIndex(key);
  return index === undefined ? undefined : collection[index];
}

// The default replaces Null and Undefined, and what fails, such as a call of another service.
const getOrDefault: SqlFunction = {
  least: 1,
  most: 2,
  gives: "any",
  prepare: (_, [value, otherwise]) => {
    const attempt = (scope: Scope): Value => {
      try {
        return value?.(scope);
      } catch (error) {
        if (isEvaluationFailure(error)) return undefined;
        throw error;
      }
    };
    return (scope) => attempt(scope) ?? otherwise?.(scope);
  },
};

const MODE = "enrichArray";
// Page `iot-sql-functions`: the array that transform returns.
const MOST_BYTES = 128 * 1024;

// The mode cannot be a variable (page `iot-sql-set`), and only this one exists.
function wrongMode([mode]: readonly Expression[]): ArgumentProblem | undefined {
  if (!mode || literalText(mode) === MODE) return undefined;
  return { at: mode, reason: `the mode of transform must be the literal '${MODE}'` };
}

// An attribute that both have is the object's in the result; the pages do not say.
function enrichArray(_: Value, object: Value, array: Value): Value {
  if (!isObject(object) || !isArray(array) || !array.every(isObject)) return undefined;
  const added = array.length * writeJson(object).length;
  if (added > MOST_BYTES) return undefined;
  const result = array.map((item) => ({ ...(item as object), ...object }));
  return Buffer.byteLength(writeJson(result)) > MOST_BYTES ? undefined : result;
}

/** Functions of any value; only some see what is missing (page `iot-sql-functions`). */
export const VALUE_FUNCTIONS: FunctionTable = {
  get: ofValues(2, 2, "any", get),
  get_or_default: getOrDefault,
  isnull: ofValues(1, 1, "Boolean", (value) => value === null),
  isundefined: ofValues(1, 1, "Boolean", (value) => value === undefined),
  transform: { ...ofValues(3, 3, "Array", enrichArray), problem: wrongMode },
};
