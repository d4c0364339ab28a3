import type { Expression } from "../ast";
import type { Signature, ValueType } from "../signature";
import type { Evaluator, Run, Scope } from "../scope";
import { isDefined, type Value } from "../values";

/** One function of the language. */
export interface SqlFunction extends Signature {
  /** Makes a call ready; `values` evaluate the arguments, in their order. */
  readonly prepare: (args: readonly Expression[], values: readonly Evaluator[]) => Evaluator;
}

/** Functions by their names in lower case. */
export type FunctionTable = Readonly<Record<string, SqlFunction>>;

/** A function of its arguments alone. */
export function ofValues(
  least: number,
  most: number,
  gives: ValueType,
  compute: (...args: Value[]) => Value,
): SqlFunction {
  return {
    least,
    most,
    gives,
    prepare: (_, values) => (scope) => compute(...values.map((value) => value(scope))),
  };
}

/**
 * A function of its arguments converted to one type each; if one does not convert, the result is
 * Undefined.
 */
export function converting<Args extends unknown[]>(
  gives: ValueType,
  conversions: { [Index in keyof Args]: (value: Value) => Args[Index] | undefined },
  compute: (...args: Args) => Value,
): SqlFunction {
  const { length } = conversions;
  return ofValues(length, length, gives, (...values) => {
    const args = conversions.map((convert, index) => convert(values[index]));
    return args.every(isDefined) ? compute(...(args as Args)) : undefined;
  });
}

/** A function without arguments that reads a property of the message. */
export function ofRun(gives: ValueType, read: (run: Run) => Value): SqlFunction {
  return { least: 0, most: 0, gives, prepare: () => (scope: Scope) => read(scope.run) };
}

/** The text of a literal string; undefined for every other expression. */
export function literalText(expression: Expression | undefined): string | undefined {
  const isText = expression?.kind === "literal" && typeof expression.value === "string";
  return isText ? (expression.value as string) : undefined;
}
