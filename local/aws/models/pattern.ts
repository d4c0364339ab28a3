import type { ServiceModel } from "./model";

/** Java's names for ASCII ranges; JavaScript would read them as letters. */
const ranges: Record<string, string> = {
  Alnum: "0-9A-Za-z",
  Alpha: "A-Za-z",
  Cntrl: "\\x00-\\x1F\\x7F",
  Digit: "0-9",
  Graph: "\\x21-\\x7E",
  Lower: "a-z",
  Print: "\\x20-\\x7E",
  Upper: "A-Z",
};

const compiled = new Map<string, RegExp | undefined>();

/**
 * Compiles a model's pattern as a test of the whole value, since AWS means the whole value with or without anchors; undefined if
 * JavaScript has no equivalent.
 */
export function wholeValue(pattern: string): RegExp | undefined {
  if (!compiled.has(pattern)) compiled.set(pattern, compile(pattern));
  return compiled.get(pattern);
}

/** Returns the patterns of a service that are not checked, as `<shape>: <pattern>`. */
export function unreadablePatterns(model: ServiceModel): string[] {
  return Object.entries(model.shapes).flatMap(([name, { pattern }]) =>
    pattern !== undefined && !wholeValue(pattern) ? [`${name}: ${pattern}`] : [],
  );
}

function compile(pattern: string): RegExp | undefined {
  const ignoreCase = pattern.startsWith("(?i)");
  const source = `^(?:${translate(ignoreCase ? pattern.slice(4) : pattern)})$`;
  const flags = ignoreCase ? "i" : "";
  // Unicode mode understands \p{L} but refuses needless escapes such as \_; without it \p{L} means the letter p.
  return (
    regExp(source, `${flags}u`) ?? (source.includes("\\p{") ? undefined : regExp(source, flags))
  );
}

function translate(pattern: string): string {
  let inClass = false;
  return pattern.replace(/\\p\{(\w+)\}|\\[^]|[[\]]/g, (token: string, name?: string) => {
    if (token === "[") inClass = true;
    if (token === "]") inClass = false;
    if (token === "\\A") return "^";
    if (token === "\\z") return "$";
    const range = name === undefined ? undefined : ranges[name];
    if (range === undefined) return token;
    return inClass ? range : `[${range}]`;
  });
}

function regExp(source: string, flags: string): RegExp | undefined {
  try {
    return new RegExp(source, flags);
  } catch {
    return undefined;
  }
}
