import { readJson } from "./json";
import type { Message } from "./message";
import type { Value } from "./values";

/**
 * What an expression is evaluated in: the message, and its payload as a document, read when first
 * asked for.
 */
export interface Scope {
  readonly message: Message;
  /** Undefined if the payload is not JSON. */
  document(): Value;
}

/** An expression made ready to be evaluated many times. */
export type Evaluator = (scope: Scope) => Value;

/** The scope of one message. */
export function scopeOf(message: Message): Scope {
  let read = false;
  let document: Value;
  return {
    message,
    document: () => {
      if (!read) document = readJson(message.payload);
      read = true;
      return document;
    },
  };
}

/** The value of `*`: the whole payload as a document. */
export const wholeDocument: Evaluator = (scope) => scope.document();
