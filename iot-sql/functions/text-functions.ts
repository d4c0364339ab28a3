import { isArray, toInt, toText, type Json, type Value } from "../values";
import { type FunctionTable, ofValues, type SqlFunction } from "./function";
import { replaceEvery } from "./replace-every";

// Every argument converts to String; if one cannot, the result is Undefined.
function ofTexts<Texts extends string[]>(
  count: Texts["length"],
  compute: (...texts: Texts) => Value,
): SqlFunction {
  return ofValues(count, count, (...args) => {
    const texts = args.map(toText);
    return texts.includes(undefined) ? undefined : compute(...(texts as Texts));
  });
}

// One argument alone comes back unmodified, says the table of page `iot-sql-functions`; its example
// has concat(1) = "1".
function concat(...args: Value[]): Value {
  if (args.length <= 1) return args[0];
  if (args.includes(undefined)) return undefined;
  if (args.some(isArray)) return (args as Json[]).flatMap((arg) => arg);
  const texts = args.map(toText);
  const joins = args.some((arg) => typeof arg === "string") && !texts.includes(undefined);
  return joins ? texts.join("") : undefined;
}

// Not JavaScript's own substring, which swaps bounds that are in the wrong order.
function substring(...args: Value[]): Value {
  const text = toText(args[0]);
  const start = toInt(args[1]);
  const end = args.length < 3 ? Infinity : toInt(args[2]);
  if (text === undefined || start === undefined || end === undefined) return undefined;
  return text.slice(Math.max(start, 0), Math.max(end, 0));
}

/**
 * Functions of strings (page `iot-sql-functions`). "Characters" are UTF-16 units, as in Java, which
 * AWS's date patterns point to; the pages do not say.
 */
export const TEXT_FUNCTIONS: FunctionTable = {
  concat: ofValues(0, Infinity, concat),
  endswith: ofTexts(2, (text, end) => text.endsWith(end)),
  // What indexof gives without a match is not documented.
  indexof: ofTexts(2, (text, part) => text.indexOf(part)),
  length: ofTexts(1, (text) => text.length),
  lower: ofTexts(1, (text) => text.toLowerCase()),
  numbytes: ofTexts(1, (text) => Buffer.byteLength(text)),
  replace: ofTexts(3, (text, part, by) => replaceEvery(text, part, () => by)),
  startswith: ofTexts(2, (text, start) => text.startsWith(start)),
  substring: ofValues(2, 3, substring),
  trim: ofTexts(1, (text) => text.trim()),
  upper: ofTexts(1, (text) => text.toUpperCase()),
};
