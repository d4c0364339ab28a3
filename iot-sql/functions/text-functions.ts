import { toText } from "../json";
import { isInt } from "../numbers";
import { joined } from "../operators";
import { isArray, toIndex, toInt, type Json, type Value } from "../values";
import type { ValueType } from "../signature";
import { converting, type FunctionTable, ofValues, type SqlFunction } from "./function";
import { replaceEvery } from "./replace-every";

function ofText(gives: ValueType, compute: (text: string) => Value): SqlFunction {
  return converting<[string]>(gives, [toText], compute);
}

function ofTexts(gives: ValueType, compute: (text: string, other: string) => Value): SqlFunction {
  return converting<[string, string]>(gives, [toText, toText], compute);
}

// The number of spaces is no width: lpad("hello", 2) has two spaces.
function padding(pad: (text: string, spaces: string) => string): SqlFunction {
  return converting<[string, number]>("String", [toText, toIndex], (text, count) =>
    pad(text, " ".repeat(Math.min(Math.max(count, 0), 1000))),
  );
}

// One argument alone comes back unmodified, says the table of page `iot-sql-functions`; its example
// has concat(1) = "1".
function concat(...args: Value[]): Value {
  if (args.length <= 1) return args[0];
  if (args.includes(undefined)) return undefined;
  if (args.some(isArray)) return (args as Json[]).flatMap((arg) => arg);
  return args.some((arg) => typeof arg === "string") ? joined(args) : undefined;
}

// Not JavaScript's own substring, which swaps bounds that are in the wrong order.
function substring(...args: Value[]): Value {
  const text = toText(args[0]);
  const start = toIndex(args[1]);
  const end = args.length < 3 ? Infinity : toIndex(args[2]);
  if (text === undefined || start === undefined || end === undefined) return undefined;
  return text.slice(Math.max(start, 0), Math.max(end, 0));
}

// ASCII has 128 characters.
function character(value: Value): Value {
  const code = toInt(value);
  if (code === undefined || !isInt(code) || code < 0 || code > 127) return undefined;
  return String.fromCharCode(Number(code));
}

/**
 * Functions of strings (page `iot-sql-functions`). "Characters" are UTF-16 units, as in Java, which
 * AWS's date patterns point to; the pages do not say.
 */
export const TEXT_FUNCTIONS: FunctionTable = {
  chr: ofValues(1, 1, "String", character),
  concat: ofValues(0, Infinity, "any", concat),
  endswith: ofTexts("Boolean", (text, end) => text.endsWith(end)),
  // What indexof gives without a match is not documented.
  indexof: ofTexts("Number", (text, part) => text.indexOf(part)),
  length: ofText("Number", (text) => text.length),
  lower: ofText("String", (text) => text.toLowerCase()),
  lpad: padding((text, spaces) => spaces + text),
  // "White space (tabs and spaces)", and the page's own example Ltrim(" h i ") = "hi " is a misprint
  // of "h i ".
  ltrim: ofText("String", (text) => text.replace(/^[ \t]+/, "")),
  numbytes: ofText("Number", (text) => Buffer.byteLength(text)),
  replace: converting<[string, string, string]>(
    "String",
    [toText, toText, toText],
    (text, part, by) => replaceEvery(text, part, by),
  ),
  rpad: padding((text, spaces) => text + spaces),
  rtrim: ofText("String", trimEnd),
  startswith: ofTexts("Boolean", (text, start) => text.startsWith(start)),
  substring: ofValues(2, 3, "String", substring),
  trim: ofText("String", (text) => text.trim()),
  upper: ofText("String", (text) => text.toUpperCase()),
};

// /[ \t]+$/ would try every run of spaces in the text anew.
function trimEnd(text: string): string {
  let end = text.length;
  while (end > 0 && " \t".includes(text.charAt(end - 1))) end -= 1;
  return text.slice(0, end);
}
