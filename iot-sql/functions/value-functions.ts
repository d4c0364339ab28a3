import { isArray, isObject, memberOf, toInt, type Value } from "../values";
import { type FunctionTable, ofValues } from "./function";

// Indexes count from 0, says the table of page `iot-sql-functions`; its example has get("abc", 1) =
// "a".
function get(collection: Value, key: Value): Value {
  if (isObject(collection)) return typeof key === "string" ? memberOf(collection, key) : undefined;
  if (!isArray(collection) && typeof collection !== "string") return undefined;
  const index = toInt(key);
  return index === undefined ? undefined : collection[index];
}

/** Functions of any value; only isUndefined sees what is missing (page `iot-sql-functions`). */
export const VALUE_FUNCTIONS: FunctionTable = {
  get: ofValues(2, 2, get),
  isnull: ofValues(1, 1, (value) => value === null),
  isundefined: ofValues(1, 1, (value) => value === undefined),
};
