import { prepare } from "./evaluate";
import { parsePlaceholder } from "./grammar";
import type { Message } from "./message";
import { type Scope, scopeOf } from "./scope";
import { sqlError } from "./sql-error";
import { toText } from "./values";

/**
 * Prepares a text with substitution templates `${expression}`, such as a partition key. Expressions
 * see the message as it came, not the output or aliases of SELECT (page
 * `iot-substitution-templates`); one that is Undefined, or Null, leaves nothing. Throws a SqlError
 * whose position counts in the text.
 */
export function compileTemplate(text: string): (message: Message) => string {
  const parts: ((scope: Scope) => string)[] = [];
  let at = 0;
  for (let start = text.indexOf("${"); start >= 0; start = text.indexOf("${", at)) {
    const before = text.slice(at, start);
    const { expression, end } = parsePlaceholder(text, start);
    const value = prepare(expression, (position, reason) => sqlError(text, position, reason));
    parts.push((scope) => before + (toText(value(scope)) ?? ""));
    at = end;
  }
  const rest = text.slice(at);
  return (message) => {
    const scope = scopeOf(message);
    return parts.map((part) => part(scope)).join("") + rest;
  };
}
