import * as assert from "node:assert/strict";
import { inspect } from "node:util";
import {
  compile,
  type Evaluation,
  type InboundMessage,
  type Json,
  parse,
  type Problem,
  readJson,
  type Statement,
  writeJson,
} from "../../iot-sql";
import { plainOf } from "../../iot-sql/json";

/** The clock of every message in these tests: 2023-11-14T22:13:20Z. */
export const NOW = 1_700_000_000_000;

/** A message with this payload: JSON of a value, or the bytes themselves. */
export function messageOf(payload: unknown, changes: Partial<InboundMessage> = {}): InboundMessage {
  return {
    topic: "devices/d1/telemetry",
    payload: payload instanceof Uint8Array ? payload : Buffer.from(JSON.stringify(payload)),
    clientId: "client-1",
    principal: "ba67293af50bf2506f5f93469686da66",
    sourceIp: "192.0.2.7",
    accountId: "123456789012",
    traceId: "6f1b2c3d-0000-4000-8000-000000000000",
    timestamp: NOW,
    ...changes,
  };
}

/** An evaluation with the bytes that it makes. */
export type Seen =
  | Extract<Evaluation, { matched: false }>
  | (Omit<Extract<Evaluation, { matched: true }>, "payload" | "exact"> & { payload: Uint8Array });

/** Shows an evaluation as data, whose three forms say the same. */
export function seen(evaluation: Evaluation): Seen {
  if (!evaluation.matched) return evaluation;
  const { exact, payload, ...others } = evaluation;
  const bytes = payload();
  if (Buffer.isBuffer(exact)) {
    assert.deepEqual(others.output, exact);
    assert.deepEqual(Buffer.from(bytes), exact);
  } else {
    assert.equal(writeJson(exact), writeJson(readJson(bytes) as Json));
    assert.deepEqual(others.output, plainOf(exact));
  }
  return { ...others, payload: bytes };
}

/** A rule that is known to be legal. */
export interface LegalRule {
  topicFilter: string | undefined;
  matches(topic: string): boolean;
  evaluate(message: InboundMessage): Seen;
}

/** Parses a statement that must be one. */
export function statementOf(sql: string): Statement {
  const parsed = parse(sql);
  assert.ok(parsed.ok, `${sql}: ${inspect(parsed)}`);
  return parsed.statement;
}

/** Compiles a statement that must be legal. */
export function ruleOf(sql: string): LegalRule {
  const compiled = compile(statementOf(sql));
  assert.ok(compiled.ok, `${sql}: ${inspect(compiled)}`);
  return { ...compiled, evaluate: (message) => seen(compiled.evaluate(message)) };
}

/** What a statement with this SELECT list, and WHERE if there is one, makes of a payload. */
export function outcomeOf(clauses: string, payload: unknown = {}): Seen {
  const [items, where] = clauses.split(" WHERE ");
  const condition = where === undefined ? "" : ` WHERE ${where}`;
  return ruleOf(`SELECT ${items} FROM 'a'${condition}`).evaluate(messageOf(payload));
}

/** The evaluation of a message that passes, by its JSON output. */
export function match(output: unknown): Seen {
  return {
    matched: true,
    output: output as never,
    payload: Buffer.from(JSON.stringify(output)),
  };
}

/** The output of a SELECT list. */
export function outputOf(items: string, payload: unknown = {}): unknown {
  const outcome = outcomeOf(items, payload);
  assert.ok(outcome.matched, inspect(outcome));
  return outcome.output;
}

/** The value of one expression; undefined for Undefined, which the output leaves out. */
export function valueOf(expression: string, payload: unknown = {}): unknown {
  const outcome = ruleOf(`SELECT ${expression} AS v FROM 'a'`).evaluate(messageOf(payload));
  assert.ok(outcome.matched, inspect(outcome));
  return (outcome.output as Record<string, unknown>).v;
}

/** Why a statement is refused, by `parse` or `compile`: all problems. */
export function problemsOf(sql: string): Problem[] {
  const parsed = parse(sql);
  if (!parsed.ok) return parsed.problems;
  const compiled = compile(parsed.statement);
  if (!compiled.ok) return compiled.problems;
  throw new assert.AssertionError({ message: `nothing was refused in ${sql}` });
}

/** The first reason why a statement is refused, with its place. */
export function refusalOf(sql: string): string {
  const [problem] = problemsOf(sql);
  return `Line ${problem?.line}, column ${problem?.column}: ${problem?.message}`;
}

/** Declares one test for each row `[expression, expected value, payload]`. */
export function table(rows: readonly (readonly [string, unknown, unknown?])[]): void {
  for (const [expression, expected, payload] of rows) {
    const given = payload === undefined ? "" : ` given ${JSON.stringify(payload)}`;
    const shown = expected === undefined ? "Undefined" : JSON.stringify(expected);
    it(`${expression} is ${shown}${given}`, () => {
      assert.deepEqual(valueOf(expression, payload), expected);
    });
  }
}
