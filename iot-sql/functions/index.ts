import { nearest } from "../nearest";
import { ENCODING_FUNCTIONS } from "./encoding-functions";
import { EXTERNAL_FUNCTIONS } from "./external-functions";
import type { FunctionTable, SqlFunction } from "./function";
import { HASH_FUNCTIONS } from "./hash-functions";
import { MESSAGE_FUNCTIONS } from "./message-functions";
import { NUMBER_FUNCTIONS } from "./number-functions";
import { PATTERN_FUNCTIONS } from "./pattern-functions";
import { TEXT_FUNCTIONS } from "./text-functions";
import { TIME_FUNCTIONS } from "./time-functions";
import { VALUE_FUNCTIONS } from "./value-functions";

const TABLES: readonly FunctionTable[] = [
  ENCODING_FUNCTIONS,
  EXTERNAL_FUNCTIONS,
  HASH_FUNCTIONS,
  MESSAGE_FUNCTIONS,
  NUMBER_FUNCTIONS,
  PATTERN_FUNCTIONS,
  TEXT_FUNCTIONS,
  TIME_FUNCTIONS,
  VALUE_FUNCTIONS,
];

const FUNCTIONS: ReadonlyMap<string, SqlFunction> = new Map(TABLES.flatMap(Object.entries));

/** The names of all functions, in lower case; `cast` is grammar, but to its users a function. */
export const FUNCTION_NAMES: readonly string[] = [...FUNCTIONS.keys(), "cast"].sort();

/**
 * The function of a name; undefined if there is none. Names are case-insensitive: the pages write
 * Round, Trim and isUndefined for what they also write in lower case.
 */
export function functionNamed(name: string): SqlFunction | undefined {
  return FUNCTIONS.get(name.toLowerCase());
}

// What other SQL dialects call it.
const FOREIGN: ReadonlyMap<string, string> = new Map([
  ["array_length", "length"],
  ["ceiling", "ceil"],
  ["coalesce", "get_or_default"],
  ["current_timestamp", "timestamp"],
  ["date_format", "parse_time"],
  ["ifnull", "get_or_default"],
  ["instr", "indexof"],
  ["lcase", "lower"],
  ["len", "length"],
  ["now", "timestamp"],
  ["nvl", "get_or_default"],
  ["pow", "power"],
  ["regexp_like", "regexp_matches"],
  ["substr", "substring"],
  ["to_timestamp", "time_to_epoch"],
  ["ucase", "upper"],
  ["uuid", "newuuid"],
]);

/** The function that someone probably meant by a name that is none. */
export function suggestedFunction(name: string): string | undefined {
  const word = name.toLowerCase();
  return FOREIGN.get(word) ?? nearest(word, FUNCTION_NAMES);
}
