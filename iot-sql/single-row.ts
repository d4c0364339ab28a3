import { copyOf, isObject, type Value } from "./values";

const singleRows = new WeakSet<object>();

/**
 * Marks what a nested SELECT over one object gives. AWS documents it as an object (`transform`, example 3 of page
 * `iot-sql-functions`), and deployed statements read it as an array of one, by `get((SELECT a FROM obj), 0).a`. A marked
 * object is both. The mark is on a copy: the payload's own objects keep none.
 */
export function singleRow(value: Value): Value {
  if (!isObject(value)) return value;
  const row = copyOf(value);
  singleRows.add(row);
  return row;
}

/** Whether a value is the row of a nested SELECT over one object. */
export function isSingleRow(value: Value): boolean {
  return isObject(value) && singleRows.has(value);
}
