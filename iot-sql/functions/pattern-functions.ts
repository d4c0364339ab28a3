import type { Expression } from "../ast";
import { toText, type Value } from "../values";
import type { FunctionTable, Problem, SqlFunction } from "./function";
import { replaceEvery } from "./replace-every";

// The dialect of AWS's patterns is not documented; its date patterns are Java's, so these will be
// too. The flag `u`, and this form, refuse what JavaScript would read otherwise, such as
// [[:alpha:]] and [a-z&&[^b]]. What stays different: in Java `$` also matches before a line break
// that ends the text, and outside ASCII `.`, `\s`, `\b` and `\p{Alpha}` mean something else.
const PLAIN_CLASSES = /^(?:[^\\[]|\\.|\[(?:[^\]\\[&]|\\.|&(?!&))+\])*$/su;

function compilePattern(source: string): RegExp {
  return new RegExp(source, "gu");
}

// An invalid pattern makes the result Undefined (page `iot-sql-functions`); one written in the
// statement is refused at once.
function wrongPattern([, pattern]: readonly Expression[]): Problem | undefined {
  if (pattern?.kind !== "literal" || typeof pattern.value !== "string") return undefined;
  if (!PLAIN_CLASSES.test(pattern.value)) {
    const reason = "this pattern cannot be used: '[' or '&&' inside a class means more in Java";
    return { at: pattern, reason };
  }
  try {
    // JavaScript finds some patterns too large only when they are used.
    compilePattern(pattern.value).test("");
    return undefined;
  } catch (error) {
    return { at: pattern, reason: `this pattern cannot be used: ${(error as Error).message}` };
  }
}

type Search = (text: string, pattern: RegExp, replacement: string) => Value;

function ofPattern(count: 2 | 3, search: Search): SqlFunction {
  return {
    least: count,
    most: count,
    problem: wrongPattern,
    prepare: (_, values) => {
      let last = { source: "", pattern: compilePattern("") };
      return (scope) => {
        const texts = values.map((value) => toText(value(scope)));
        if (texts.includes(undefined)) return undefined;
        const [text, source, replacement] = texts as [string, string, string];
        try {
          if (source !== last.source) last = { source, pattern: compilePattern(source) };
          return search(text, last.pattern, replacement);
        } catch {
          return undefined;
        }
      };
    },
  };
}

// The first match; that there is none makes the result Undefined is not documented.
function firstMatch(text: string, pattern: RegExp): Value {
  pattern.lastIndex = 0;
  return pattern.exec(text)?.[0];
}

// `$1` is a group and `\` takes the next character as it is, as in Java; any other `$` or `\` is no
// replacement.
const REPLACEMENT_PART = /\\([^])|\$(\d)|[^$\\]+|[^]/gu;

function replaceMatches(text: string, pattern: RegExp, replacement: string): Value {
  const parts = [...replacement.matchAll(REPLACEMENT_PART)];
  const groups = groupsOf(pattern);
  if (parts.some(([part, , group]) => part === "$" || part === "\\" || Number(group) > groups)) {
    return undefined;
  }
  return replaceEvery(text, pattern, (...match) =>
    parts
      .map(([part, plain, group]) => plain ?? (group ? (match[Number(group)] ?? "") : part))
      .join(""),
  );
}

function groupsOf(pattern: RegExp): number {
  return (new RegExp(`${pattern.source}|`, "u").exec("") as RegExpExecArray).length - 1;
}

/** Functions with a regular expression (page `iot-sql-functions`). */
export const PATTERN_FUNCTIONS: FunctionTable = {
  regexp_matches: ofPattern(2, (text, pattern) => text.search(pattern) >= 0),
  regexp_replace: ofPattern(3, replaceMatches),
  regexp_substr: ofPattern(2, firstMatch),
};
