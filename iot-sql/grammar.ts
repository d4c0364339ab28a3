import type { Assignment, Expression, Statement } from "./ast";
import { type Cursor, cursorOver, describe } from "./cursor";
import { parseExpression } from "./expressions";
import { parseSelectList } from "./select-list";
import { sqlError } from "./sql-error";
import { checkFromFilter } from "./topic-filter";
import { tokenize, tokenizePlaceholder } from "./tokens";

// AWS IoT Core quotas: the size of a rule as JSON, in which the statement stands.
const MOST_CHARACTERS = 256 * 1024;

/**
 * Parses `[SET @a = x] SELECT items [FROM 'filter'] [WHERE condition]`; throws a SqlError for
 * everything else.
 */
export function parseStatement(source: string): Statement {
  if (source.length > MOST_CHARACTERS) {
    throw sqlError(source, 0, "the statement is longer than the 256 KiB of a rule", {
      code: "size",
    });
  }
  const cursor = cursorOver(source, tokenize(source));
  const variables = cursor.takes("SET") ? parseAssignments(cursor) : [];
  cursor.expect("SELECT", variables.length ? "after SET" : "at the start of the statement");
  const list = parseSelectList(cursor, parseExpression);
  const topicFilter = parseFrom(cursor);
  const where = cursor.takes("WHERE") ? parseExpression(cursor) : undefined;
  expectEnd(cursor);
  return { source, variables, list, topicFilter, where };
}

/**
 * Parses the expression of the `${expression}` that begins at `start`, and says where the text goes
 * on after it.
 */
export function parsePlaceholder(
  text: string,
  start: number,
): { expression: Expression; end: number } {
  const tokens = tokenizePlaceholder(text, start + 2);
  const cursor = cursorOver(text, tokens);
  const expression = parseExpression(cursor);
  expectEnd(cursor);
  return { expression, end: cursor.peek().end };
}

function expectEnd(cursor: Cursor): void {
  const token = cursor.peek();
  if (token.kind === "end") return;
  throw cursor.error(token.position, `nothing may follow here, found ${describe(token)}`);
}

function parseAssignments(cursor: Cursor): Assignment[] {
  const variables: Assignment[] = [];
  do {
    const token = cursor.take();
    if (token.kind !== "variable") {
      const reason = `expected a variable such as @name, found ${describe(token)}`;
      throw cursor.error(token.position, reason);
    }
    cursor.expect("=", "after the variable");
    const value = parseExpression(cursor);
    variables.push({ name: token.text, value, position: token.position });
  } while (cursor.takes(","));
  return variables;
}

// Page `iot-sql-from` demands single quotes; page `iot-sql-json` shows one filter without quotes,
// against it. Rules that only Basic Ingest reaches do without FROM (page `iot-sql-reference`).
function parseFrom(cursor: Cursor): string | undefined {
  if (cursor.peek().kind === "end" || cursor.sees("WHERE")) return undefined;
  cursor.expect("FROM", "or ',' after an item of SELECT");
  const token = cursor.take();
  if (token.kind !== "string" || token.quote !== "'") {
    const reason = `expected a topic filter in single quotes, found ${describe(token)}`;
    throw cursor.error(token.position, reason);
  }
  const illegal = checkFromFilter(token.text);
  if (illegal === undefined) return token.text;
  throw cursor.error(token.position, `the topic filter '${token.text}' is illegal: ${illegal}`);
}
