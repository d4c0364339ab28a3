import { compileStatement, type Evaluation } from "./engine";
import { parseStatement } from "./grammar";
import type { InboundMessage } from "./message";
import { sqlError } from "./sql-error";
import { compileTemplateText, type Rendering } from "./template";

/** One MQTT message, in the form that `compile(sql)` and `compileTemplate` take. */
export interface Message {
  /** The topic as published; a Basic Ingest topic still has its prefix. */
  topic: string;
  payload: Uint8Array;
  /** AWS says `n/a` for a message that was not sent over MQTT. */
  clientId: string;
  principal: string;
  sourceIp: string;
  accountId: string;
  /** Empty for a message that was not sent over MQTT; `traceid()` is Undefined then. */
  traceId: string;
  /** The rules engine's clock, in milliseconds since the epoch. */
  now: number;
}

/**
 * What a rule makes of one message: nothing, the output for its actions, or a reason why there is
 * none.
 */
type Outcome =
  | { kind: "no-match" }
  | { kind: "match"; value: unknown; payload: Uint8Array }
  | { kind: "error"; reason: string };

/** A statement made ready for many messages, in the form that throws what is wrong with it. */
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

/** `parse` and `compile` in one; throws a SqlError for what either refuses, and for no FROM. */
export function compileSql(sql: string): CompiledRule {
  const statement = parseStatement(sql);
  const { topicFilter } = statement;
  if (topicFilter === undefined) {
    const reason = "FROM is missing (only Basic Ingest rules do without it); add FROM '<filter>'";
    throw sqlError(sql, sql.trimEnd().length, reason);
  }
  const compiled = compileStatement(statement, {});
  if (!compiled.ok) throw compiled.refusal;
  return {
    sql,
    topicFilter,
    matches: (topic) => compiled.matches(topic),
    // Without ports there is nothing to wait for.
    evaluate: (message) => outcomeOf(compiled.evaluate(inbound(message)) as Evaluation),
  };
}

function outcomeOf(evaluation: Evaluation): Outcome {
  if (evaluation.matched) {
    return { kind: "match", value: evaluation.output, payload: evaluation.payload() };
  }
  return evaluation.error?.kind === "evaluation"
    ? { kind: "error", reason: evaluation.error.message }
    : { kind: "no-match" };
}

function inbound({ now, traceId, ...message }: Message): InboundMessage {
  return { ...message, timestamp: now, ...(traceId !== "" && { traceId }) };
}

/** `prepareTemplate` without variables; throws a SqlError whose position counts in the text. */
export function compileTemplate(text: string): (message: Message) => string {
  const compiled = compileTemplateText(text);
  if (!compiled.ok) throw compiled.refusal;
  return (message) => {
    const rendering = compiled.render(inbound(message)) as Rendering;
    return rendering.ok ? rendering.text : "";
  };
}
