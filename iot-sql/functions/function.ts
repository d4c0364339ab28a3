import type { Expression } from "../ast";
import type { Message } from "../message";
import type { Evaluator } from "../scope";
import type { Value } from "../values";

/** Something wrong with one argument of a call, found before any message arrives. */
export interface Problem {
  at: Expression;
  reason: string;
}

/** One function of the language. */
export interface SqlFunction {
  /** How many arguments a call must have; fewer or more are refused. */
  readonly least: number;
  readonly most: number;
  /** Whether the first argument may be `*`, the whole payload. */
  readonly takesStar?: boolean;
  /** What must be true of the arguments as written, such as a literal encoding scheme. */
  readonly problem?: (args: readonly Expression[]) => Problem | undefined;
  /** Makes a call ready; `values` evaluate the arguments, in their order. */
  readonly prepare: (args: readonly Expression[], values: readonly Evaluator[]) => Evaluator;
}

/** Functions by their names in lower case. */
export type FunctionTable = Readonly<Record<string, SqlFunction>>;

/** A function of its arguments alone. */
export function ofValues(
  least: number,
  most: number,
  compute: (...args: Value[]) => Value,
): SqlFunction {
  return {
    least,
    most,
    prepare: (_, values) => (scope) => compute(...values.map((value) => value(scope))),
  };
}

/** A function without arguments that tells something about the message. */
export function ofMessage(read: (message: Message) => Value): SqlFunction {
  return { least: 0, most: 0, prepare: () => (scope) => read(scope.message) };
}
