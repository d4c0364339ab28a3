import { RE2JS } from "re2js";
import type { Expression } from "../ast";
import { toText } from "../json";
import type { Value } from "../values";
import type { ArgumentProblem, ValueType } from "../signature";
import { type FunctionTable, literalText, type SqlFunction } from "./function";
import { expandReplacement } from "./replacement";

// The dialect of AWS's patterns is not documented; its date patterns are Java's, so these will be
// too. They run on RE2, whose time is linear in the text whatever the pattern; it refuses what only
// backtracking can do: back-references, lookaround, possessive and atomic groups. What it would read
// otherwise than Java is refused here: [[:alpha:]] and [a-z&&[^b]]. What stays different: in Java `$`
// also matches before a line break that ends the text, `.` takes no line break of any kind, and
// outside ASCII `\s` and `\b` mean something else.
const PLAIN_CLASSES = /^(?:[^\\[]|\\.|\[\^?(?:[^\]\\[&]|\\.|&(?!&))+\])*$/su;

// AWS publishes no limit; a message may bring a pattern of its own.
const LONGEST = 10_000;

function compilePattern(source: string): RE2JS {
  if (source.length > LONGEST) throw new Error(`it is longer than ${LONGEST} characters`);
  if (!PLAIN_CLASSES.test(source)) throw new Error("'[' or '&&' inside a class means more in Java");
  return RE2JS.compile(source);
}

// An invalid pattern makes the result Undefined (page `iot-sql-functions`); one written in the
// statement is refused at once.
function wrongPattern([, pattern]: readonly Expression[]): ArgumentProblem | undefined {
  const source = literalText(pattern);
  if (!pattern || source === undefined) return undefined;
  try {
    compilePattern(source);
    return undefined;
  } catch (error) {
    const why = (error as Error).message.replace("error parsing regexp: ", "");
    return { at: pattern, reason: `this pattern cannot be used: ${why}` };
  }
}

type Search = (pattern: RE2JS, text: string, replacement: string) => Value;

function ofPattern(count: 2 | 3, gives: ValueType, search: Search): SqlFunction {
  return {
    least: count,
    most: count,
    gives,
    problem: wrongPattern,
    prepare: (_, values) => {
      let last: { source: string; pattern: RE2JS | undefined } = { source: "", pattern: undefined };
      return (scope) => {
        const texts = values.map((value) => toText(value(scope)));
        if (texts.includes(undefined)) return undefined;
        const [text, source, replacement] = texts as [string, string, string];
        if (!last.pattern || source !== last.source) last = { source, pattern: compiled(source) };
        return last.pattern && search(last.pattern, text, replacement);
      };
    },
  };
}

function compiled(source: string): RE2JS | undefined {
  try {
    return compilePattern(source);
  } catch {
    return undefined;
  }
}

// That no match makes the result Undefined is not documented.
function firstMatch(pattern: RE2JS, text: string): Value {
  const matcher = pattern.matcher(text);
  return matcher.find() ? (matcher.group() ?? undefined) : undefined;
}

/** Functions with a regular expression (page `iot-sql-functions`). */
export const PATTERN_FUNCTIONS: FunctionTable = {
  regexp_matches: ofPattern(2, "Boolean", (pattern, text) => pattern.test(text)),
  regexp_replace: ofPattern(3, "String", expandReplacement),
  regexp_substr: ofPattern(2, "String", firstMatch),
};
