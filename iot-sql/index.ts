import { prepare } from "./evaluate";
import { parseStatement } from "./grammar";
import type { Message } from "./message";
import { prepareProjection } from "./projection";
import { scopeOf } from "./scope";
import { type Refuse, sqlError } from "./sql-error";
import { topicMatcher } from "./topic-filter";

export type { Message } from "./message";
export type { SqlError } from "./sql-error";
export { compileTemplate } from "./template";
export { checkTopicFilter, topicMatches } from "./topic-filter";

/**
 * What a rule makes of one message: nothing, the output for its actions, or a reason why there is
 * none.
 */
export type Outcome =
  | { kind: "no-match" }
  | { kind: "match"; value: unknown; payload: Uint8Array }
  | { kind: "error"; reason: string };

/** A statement made ready for many messages. */
export interface CompiledRule {
  readonly sql: string;
  readonly topicFilter: string;
  /** Whether the FROM clause takes messages of this topic. */
  matches(topic: string): boolean;
  /**
   * Evaluates WHERE, then SELECT; never throws, whatever the payload holds, and does not look at
   * FROM.
   */
  evaluate(message: Message): Outcome;
}

/**
 * Compiles a statement of AWS IoT SQL 2016-03-23; throws a SqlError for everything that is not
 * evaluated exactly.
 */
export function compile(sql: string): CompiledRule {
  const refuse: Refuse = (position, reason) => sqlError(sql, position, reason);
  const { items, topicFilter, where } = parseStatement(sql);
  const project = prepareProjection(items, refuse);
  const condition = where && prepare(where, refuse);
  return {
    sql,
    topicFilter,
    matches: topicMatcher(topicFilter),
    // Only true performs the actions (page `iot-sql-where`); false, Undefined and every other value
    // do not.
    evaluate: (message) => {
      const scope = scopeOf(message);
      const passes = condition === undefined || condition(scope) === true;
      return passes ? project(scope) : { kind: "no-match" };
    },
  };
}
