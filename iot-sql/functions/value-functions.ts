import { writeJson } from "../json";
import { isEvaluationFailure } from "../failure";
import type { Scope } from "../scope";
import { isSingleRow } from "../single-row";
import { isArray, isObject, memberOf, toIndex, type Value } from "../values";
import type { Expression } from "../ast";
import type { ArgumentProblem } from "../signature";
import { type FunctionTable, literalText, ofValues, type SqlFunction } from "./function";

// Indexes count from 0, says the table of page `iot-sql-functions`; its example has get("abc", 1) =
// "a".
function elementOf(collection: Value, key: Value): Value {
  if (isObject(collection) && typeof key === "string") return memberOf(collection, key);
  const index = toIndex(key);
  if (isObject(collection)) return isSingleRow(collection) && index === 0 ? collection : undefined;
  if (!isArray(collection) && typeof collection !== "string") return undefined;
  return index === undefined ? undefined : collection[index];
}

// A nested SELECT that gives no array read one object, and its value is the only row.
function elementOfQuery(result: Value, key: Value): Value {
  if (isArray(result) || isObject(result)) return elementOf(result, key);
  return toIndex(key) === 0 ? result : undefined;
}

const get: SqlFunction = {
  least: 2,
  most: 2,
  gives: "any",
  prepare: ([written], [collection, key]) => {
    const read = written?.kind === "query" ? elementOfQuery : elementOf;
    return (scope) => read(collection?.(scope), key?.(scope));
  },
};

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
  get,
  get_or_default: getOrDefault,
  isnull: ofValues(1, 1, "Boolean", (value) => value === null),
  isundefined: ofValues(1, 1, "Boolean", (value) => value === undefined),
  transform: { ...ofValues(3, 3, "Array", enrichArray), problem: wrongMode },
};
