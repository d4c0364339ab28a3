import type { Expression } from "./ast";
import { readJson } from "./json";
import type { InboundMessage } from "./message";
import type { Ports } from "./ports";
import type { Replay } from "./replay";
import type { Value } from "./values";

/** What one evaluation knows and has done so far, shared by all its scopes. */
export interface Run {
  readonly message: InboundMessage;
  /** The clock: the same for the whole evaluation. */
  readonly now: number;
  readonly replay: Replay;
  readonly ports: Ports;
  /** The payload, read when first asked for; Undefined if it is not JSON. */
  readonly document: () => Value;
  /** Whether something asked for the payload as a document, and it is none. */
  unreadable: boolean;
  /** Variables of SET that were needed so far, and how many bytes of JSON they hold. */
  variables: Map<string, Value> | undefined;
  bytes: number;
  /** How many rows nested SELECTs have read. */
  rows: number;
}

/**
 * What an expression is evaluated in: names and `*` refer to the document, which is the payload, or
 * one row of a nested SELECT.
 */
export interface Scope {
  readonly run: Run;
  readonly document: () => Value;
  /** The payload as it came; undefined inside a nested SELECT. */
  readonly bytes: Uint8Array | undefined;
  /** A name that stands for a value of its own, and not for a member of the document. */
  readonly alias: { name: string; value: Value } | undefined;
}

/** An expression made ready to be evaluated many times. */
export type Evaluator = (scope: Scope) => Value;

/** Makes an expression ready. */
export type Prepare = (expression: Expression) => Evaluator;

/** Begins the evaluation of one message. */
export function runOf(message: InboundMessage, replay: Replay, ports: Ports): Run {
  let read = false;
  let document: Value;
  const run: Run = {
    message,
    now: message.timestamp ?? Date.now(),
    replay,
    ports,
    document: () => {
      if (read) return document;
      read = true;
      document = readJson(message.payload);
      // An empty payload is one that can be added to (page `binary-payloads`).
      run.unreadable = document === undefined && message.payload.length > 0;
      return document;
    },
    unreadable: false,
    variables: undefined,
    bytes: 0,
    rows: 0,
  };
  return run;
}

/** The scope of the message itself. */
export function scopeOf(run: Run): Scope {
  return { run, document: run.document, bytes: run.message.payload, alias: undefined };
}

/** The scope of one row of a nested SELECT. */
export function rowScope(run: Run, row: Value, alias: string | undefined): Scope {
  return {
    run,
    document: () => row,
    bytes: undefined,
    alias: alias === undefined ? undefined : { name: alias, value: row },
  };
}

/** The value of `*`: the whole document. */
export const wholeDocument: Evaluator = (scope) => scope.document();
