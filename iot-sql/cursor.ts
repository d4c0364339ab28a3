import { type SqlError, sqlError } from "./sql-error";
import type { Token } from "./tokens";

/** The parser's place in a list of tokens. */
export interface Cursor {
  /**
   * The token `ahead` places on (default: the next one), which stays; beyond the last one it is the
   * end.
   */
  peek(ahead?: number): Token;
  take(): Token;
  /**
   * Takes the next token if it is this symbol or keyword (keywords in upper case) and says whether
   * it was.
   */
  takes(text: string): boolean;
  /**
   * Takes this symbol or keyword, or refuses what stands there; `where` completes "expected ')' …".
   */
  expect(text: string, where: string): void;
  /** Takes a name that is no reserved word; `what` says in a refusal what the name would be for. */
  expectName(what: string): string;
  /** Whether the next token is this symbol or keyword, which stays. */
  sees(text: string): boolean;
  /**
   * Counts one operand or step of a path more, because what nests without bound would exhaust the
   * stack.
   */
  countOperand(): void;
  error(position: number, reason: string): SqlError;
}

/** Words that cannot name an attribute or an alias. */
export const RESERVED: ReadonlySet<string> = new Set(
  "SELECT FROM WHERE AS AND OR NOT CASE WHEN THEN ELSE END TRUE FALSE NULL IN EXISTS".split(" "),
);

// AWS publishes no such limit. The SQL of valid readings has up to 15 for each field.
const MOST_OPERANDS = 1000;

/**
 * The text by which keywords and symbols are recognised: keywords are case-insensitive, strings are
 * never keywords.
 */
export function wordOf(token: Token): string | undefined {
  if (token.kind === "name") return token.text.toUpperCase();
  return token.kind === "symbol" ? token.text : undefined;
}

/** A token as a refusal shows it. */
export function describe(token: Token): string {
  if (token.kind === "end") return token.text;
  return token.kind === "variable" ? `'@${token.text}'` : `'${token.text}'`;
}

/** A cursor before the first of the tokens, which `tokenize` closes by an end token. */
export function cursorOver(source: string, tokens: readonly Token[]): Cursor {
  let next = 0;
  let operands = 0;
  const peek = (ahead = 0): Token => tokens[Math.min(next + ahead, tokens.length - 1)] as Token;
  const take = (): Token => {
    const token = peek();
    next += 1;
    return token;
  };
  const error = (position: number, reason: string): SqlError => sqlError(source, position, reason);
  const sees = (text: string): boolean => wordOf(peek()) === text;
  const takes = (text: string): boolean => {
    const found = sees(text);
    if (found) next += 1;
    return found;
  };
  return {
    peek,
    take,
    sees,
    takes,
    error,
    expect: (text, where) => {
      if (takes(text)) return;
      throw error(peek().position, `expected '${text}' ${where}, found ${describe(peek())}`);
    },
    expectName: (what) => {
      const token = take();
      if (token.kind === "name" && !RESERVED.has(token.text.toUpperCase())) return token.text;
      const why = token.kind === "name" ? ", which is a reserved word" : "";
      throw error(token.position, `expected ${what}, found ${describe(token)}${why}`);
    },
    countOperand: () => {
      operands += 1;
      if (operands <= MOST_OPERANDS) return;
      throw error(peek().position, `the statement has more than ${MOST_OPERANDS} operands`);
    },
  };
}
