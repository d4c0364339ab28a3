import type { Assignment } from "./ast";
import { evaluationFailure } from "./failure";
import { writeJson } from "./json";
import { preparing } from "./prepare";
import { type Evaluator, type Run, scopeOf } from "./scope";
import type { Value } from "./values";

/** The largest variable, and all variables of a statement together (page `iot-sql-set`). */
const MOST_BYTES = 128 * 1024;

/**
 * Makes the variables of a statement ready. Each is evaluated when it is first needed, and once a
 * message; it sees the message, also where a nested SELECT uses it.
 */
export function prepareVariables(assignments: readonly Assignment[]): Map<string, Evaluator> {
  const variables = new Map<string, Evaluator>();
  for (const { name, value } of assignments) {
    const evaluate = preparing(variables)(value);
    variables.set(name, ({ run }) => {
      run.variables ??= new Map();
      if (!run.variables.has(name)) run.variables.set(name, evaluated(run, name, evaluate));
      return run.variables.get(name);
    });
  }
  return variables;
}

function evaluated(run: Run, name: string, evaluate: Evaluator): Value {
  const value = evaluate(scopeOf(run));
  run.bytes += value === undefined ? 0 : Buffer.byteLength(writeJson(value));
  if (run.bytes > MOST_BYTES) {
    throw evaluationFailure(`With @${name}, the variables hold more than 128 KiB.`);
  }
  return value;
}
