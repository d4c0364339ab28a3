import { isEvaluationFailure } from "./failure";
import type { Evaluator, Scope } from "./scope";
import { toBoolean, type Value } from "./values";

type Side = { value: Value } | { failure: unknown };

/**
 * AND and OR in three-valued logic: a side that decides alone decides, whatever the other one is (Undefined, Null, another
 * type, or an error): `false AND x` is false, `true OR x` is true. The left side is evaluated first, and the right side only
 * if the left one does not decide. Otherwise the result is Undefined unless both sides are Booleans, and a side that
 * fails makes the evaluation fail.
 *
 * The tables of the page list pairs of Booleans, and give Undefined for "other value" on both sides; deployed statements
 * such as `isUndefined(x) OR x > 0` rely on the side that decides.
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/iot-sql-operators.html#iot-sql-operators-or
 */
export function prepareLogic(operator: "AND" | "OR", left: Evaluator, right: Evaluator): Evaluator {
  const decisive = operator === "OR";
  const decides = (side: Side): boolean => "value" in side && toBoolean(side.value) === decisive;
  return (scope) => {
    const first = sideOf(left, scope);
    if (decides(first)) return decisive;
    const second = sideOf(right, scope);
    if (decides(second)) return decisive;
    const values = [first, second].map(valueOf);
    return values.some((value) => toBoolean(value) === undefined) ? undefined : !decisive;
  };
}

function sideOf(evaluate: Evaluator, scope: Scope): Side {
  try {
    return { value: evaluate(scope) };
  } catch (failure) {
    // A suspension, which waits for the answer of a port, has to pass.
    if (!isEvaluationFailure(failure)) throw failure;
    return { failure };
  }
}

function valueOf(side: Side): Value {
  if ("failure" in side) throw side.failure;
  return side.value;
}
