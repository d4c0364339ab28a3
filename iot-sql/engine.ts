import type { Call, Expression, Statement } from "./ast";
import { findingsOf } from "./check";
import { isEvaluationFailure } from "./failure";
import { functionNamed } from "./functions";
import type { JsonValue } from "./json";
import type { InboundMessage } from "./message";
import type { Ports } from "./ports";
import { preparing } from "./prepare";
import { type Finding, type Problem, problemOf } from "./problem";
import { prepareProjection } from "./projection";
import { inMemory, isSuspension, type Replay, replayed } from "./replay";
import { type Run, runOf, type Scope, scopeOf } from "./scope";
import { topicMatcher } from "./topic-filter";
import { prepareVariables } from "./variables";
import type { Json } from "./values";
import { everyPart, rootsOf } from "./walk";

/**
 * Why a message was not evaluated as its rule's author expects: `payload`, it is not JSON and the
 * statement reads attributes, which are then all Undefined; `evaluation`, there is no outcome. AWS
 * counts the first, and of the second what is the payload's fault, as `ParseError`.
 */
export interface EvaluationError {
  kind: "payload" | "evaluation";
  message: string;
}

/**
 * What a statement makes of one message. `output` is JSON as JavaScript holds it, with numbers in double precision, or a
 * Buffer: the bytes of a payload that is not JSON, or none for Undefined. `exact` is the same with every digit of its
 * numbers, and `payload()` gives it as the bytes that a rule's actions send. Whatever a consumer stores or sends on
 * starts from one of these two.
 */
export type Evaluation =
  | { matched: false; error?: EvaluationError }
  | {
      matched: true;
      output: JsonValue | Buffer;
      exact: Json | Buffer;
      payload: () => Uint8Array;
      error?: EvaluationError;
    };

/** A statement made ready for many messages, or why it is refused. */
export type Compilation<Result> =
  | {
      ok: true;
      topicFilter: string | undefined;
      /** Whether the FROM clause takes messages of this topic; without FROM it takes none. */
      matches(topic: string): boolean;
      /** Evaluates WHERE, then SELECT; never throws or rejects, and does not look at FROM. */
      evaluate(message: InboundMessage): Result;
    }
  | { ok: false; problems: Problem[] };

/** Makes a statement ready; of what `check` finds, errors refuse it. */
export function compileStatement(
  statement: Statement,
  ports: Ports,
): Compilation<Evaluation | Promise<Evaluation>> {
  const { source, topicFilter } = statement;
  const errors = errorsOf(findingsOf(statement), rootsOf(statement), ports);
  if (errors.length > 0) {
    return { ok: false, problems: errors.map((finding) => problemOf(source, finding)) };
  }
  const matches = topicFilter === undefined ? () => false : topicMatcher(topicFilter);
  const once = prepareStatement(statement);
  return { ok: true, topicFilter, matches, evaluate: runner(once, rootsOf(statement), ports) };
}

/** The findings that refuse expressions: errors, and calls of ports that are not given. */
export function errorsOf(
  findings: readonly Finding[],
  roots: readonly Expression[],
  ports: Ports,
): Finding[] {
  const errors = findings.filter(({ severity }) => severity === undefined);
  const missing = callsOut(roots).filter(({ port }) => !ports[port]);
  const refusals = missing.map(({ call: { name, position } }): Finding => {
    const reason = `function '${name}' calls out of the rules engine, and there is no port for it`;
    return { code: "no-port", reason, position };
  });
  return [...errors, ...refusals].sort((left, right) => left.position - right.position);
}

function callsOut(roots: readonly Expression[]): { call: Call; port: keyof Ports }[] {
  return everyPart(roots).flatMap((call) => {
    if (call.kind !== "call") return [];
    const port = functionNamed(call.name)?.port?.(call.args);
    return port === undefined ? [] : [{ call, port }];
  });
}

/** Evaluates by one pass, or, where a port is called, by as many as it has answers to wait for. */
export function runner<Result>(
  once: (run: Run) => Result,
  roots: readonly Expression[],
  ports: Ports,
): (message: InboundMessage) => Result | Promise<Result> {
  if (callsOut(roots).length === 0) return (message) => once(runOf(message, inMemory, ports));
  return (message) => {
    const timed = { ...message, timestamp: message.timestamp ?? Date.now() };
    return replayed((replay: Replay) => once(runOf(timed, replay, ports)));
  };
}

function prepareStatement(statement: Statement): (run: Run) => Evaluation {
  const prepare = preparing(prepareVariables(statement.variables));
  const condition = statement.where && prepare(statement.where);
  const project = prepareProjection(statement.list, prepare);
  // Only true performs the actions (page `iot-sql-where`); false, Undefined and every other value
  // do not.
  const evaluate = (scope: Scope): Evaluation => {
    if (condition && condition(scope) !== true) return { matched: false };
    return { matched: true, ...project(scope) };
  };
  return (run) => {
    const result = guarded(evaluate, scopeOf(run));
    if ("failed" in result) return { matched: false, error: result.failed };
    if (run.unreadable) result.done.error = notJson;
    return result.done;
  };
}

const notJson: EvaluationError = { kind: "payload", message: "The payload is not JSON." };

/** What an evaluation gives, or why it failed; whatever happens, only a suspension gets through. */
export function guarded<Result>(
  evaluate: (scope: Scope) => Result,
  scope: Scope,
): { done: Result } | { failed: EvaluationError } {
  try {
    return { done: evaluate(scope) };
  } catch (error) {
    if (isSuspension(error)) throw error;
    const message = isEvaluationFailure(error)
      ? error.message
      : `The message cannot be evaluated: ${String(error)}.`;
    return { failed: { kind: "evaluation", message } };
  }
}
