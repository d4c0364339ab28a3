import { type Numeric, readNumber as valueOf } from "./numbers";
import { sqlError } from "./sql-error";

/** One word of a statement, from `position` up to, not including, `end`. */
export type Token =
  | { kind: "name" | "variable" | "symbol" | "end"; text: string; position: number; end: number }
  | { kind: "string"; text: string; quote: string; position: number; end: number }
  | { kind: "number"; text: string; value: Numeric; position: number; end: number };

// Attribute names with spaces, dashes or other signs cannot be written in a statement (page
// `iot-sql-reference`).
const NAME = /[A-Za-z_][A-Za-z0-9_]*/y;
// `@` and letters, digits and underscores (page `iot-sql-set`); the text is without the `@`.
const VARIABLE = /@[A-Za-z0-9_]+/y;
const NUMBER = /\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const SYMBOL = /<>|<=|>=|[=<>+\-*/%()[\]{},.:]/y;

// Page `iot-sql-select` names templates among what SELECT supports; no page shows one in SQL.
const NO_TEMPLATE =
  "a substitution template inside SQL is not supported; write the expression itself";

// Page `iot-sql-data-types`.
const MOST_DIGITS = 34;

// What other SQL dialects, or later versions of this one, know; each is refused by its own
// sentence.
const FOREIGN: readonly (readonly [text: string, reason: string, suggestion?: string])[] = [
  ["==", "'==' is not an operator of AWS IoT SQL; write '='", "="],
  ["!=", "'!=' is not an operator of AWS IoT SQL; write '<>'", "<>"],
  ["&&", "'&&' is not an operator of AWS IoT SQL; write AND", "AND"],
  ["||", "'||' is not an operator of AWS IoT SQL; write OR, or '+' to join strings", "OR"],
  ["--", "AWS IoT SQL has no comments; remove it, or put a space between two minus signs"],
  ["/*", "AWS IoT SQL has no comments; remove it"],
  ["@@", "a variable has one '@'; remove the other"],
  [";", "AWS IoT SQL takes one statement without ';'; remove it"],
  ["${", NO_TEMPLATE],
];

/** The tokens of a whole statement, closed by an end token; refuses what no statement can hold. */
export function tokenize(source: string): Token[] {
  let token = readToken(source, 0);
  const tokens = [token];
  while (token.kind !== "end") {
    token = readToken(source, token.end);
    tokens.push(token);
  }
  return tokens;
}

/**
 * The tokens of one `${expression}` from `start` on, closed by an end token at its own `}`; `${`
 * stands before `start`.
 */
export function tokenizePlaceholder(source: string, start: number): Token[] {
  const tokens: Token[] = [];
  let open = 0;
  let token = readToken(source, start);
  while (open > 0 || !isSymbol(token, "}")) {
    if (token.kind === "end") throw sqlError(source, start - 2, "'${' is never closed; add '}'");
    if (isSymbol(token, "{")) open += 1;
    if (isSymbol(token, "}")) open -= 1;
    tokens.push(token);
    token = readToken(source, token.end);
  }
  return [...tokens, { ...token, kind: "end", text: "the closing brace" }];
}

function isSymbol(token: Token, text: string): boolean {
  return token.kind === "symbol" && token.text === text;
}

function readToken(source: string, from: number): Token {
  let position = from;
  while (/\s/.test(source.charAt(position))) position += 1;
  if (position === source.length) {
    return { kind: "end", text: "the end of the statement", position, end: position };
  }
  const foreign = FOREIGN.find(([text]) => source.startsWith(text, position));
  if (foreign) {
    const [, reason, suggestion] = foreign;
    throw sqlError(source, position, reason, suggestion === undefined ? {} : { suggestion });
  }
  const name = match(NAME, source, position);
  if (name) return { kind: "name", text: name, position, end: position + name.length };
  const variable = match(VARIABLE, source, position);
  if (variable) {
    const end = position + variable.length;
    return { kind: "variable", text: variable.slice(1), position, end };
  }
  const symbol = match(SYMBOL, source, position);
  if (symbol) return { kind: "symbol", text: symbol, position, end: position + symbol.length };
  const number = match(NUMBER, source, position);
  if (number) return readNumber(source, position, number);
  return readString(source, position);
}

function readNumber(source: string, position: number, text: string): Token {
  const end = position + text.length;
  if (/[A-Za-z_.]/.test(source.charAt(end))) {
    throw sqlError(source, position, `'${text}' is followed by a letter or a dot; add a space`);
  }
  const value = valueOf(text.replace("+", ""));
  const digits = text.replace(/[eE].*/, "").replace(/^[0.]+|\./g, "");
  if (value === undefined || digits.length > MOST_DIGITS) {
    throw sqlError(source, position, `the number ${text} is too large; use at most 34 digits`);
  }
  return { kind: "number", text, value, position, end };
}

// How to write a quote inside a string is not documented, so whatever might be an escaped quote is
// refused. Any other backslash is an ordinary character: documented patterns such as "^[^/]*/" need
// none (page `iot-sql-functions`).
function readString(source: string, position: number): Token {
  const quote = source.charAt(position);
  if (quote !== "'" && quote !== '"') {
    const character = String.fromCodePoint(source.codePointAt(position) as number);
    throw sqlError(source, position, `the character '${character}' is not part of AWS IoT SQL`);
  }
  const close = source.indexOf(quote, position + 1);
  if (close < 0) throw sqlError(source, position, `the string is never closed; add ${quote}`);
  const text = source.slice(position + 1, close);
  if (text.endsWith("\\") || source.charAt(close + 1) === quote) {
    const reason = "a quote cannot be escaped; put the string into the other kind of quotes";
    throw sqlError(source, position, reason);
  }
  const template = text.indexOf("${");
  if (template >= 0) throw sqlError(source, position + 1 + template, NO_TEMPLATE);
  return { kind: "string", text, quote, position, end: close + 1 };
}

function match(pattern: RegExp, source: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(source)?.[0];
}
