import type { Call, Case, Expression } from "./ast";
import { CASTS } from "./cast";
import { functionNamed } from "./functions";
import type { SqlFunction } from "./functions/function";
import { equality, not, OPERATORS } from "./operators";
import { type Evaluator, wholeDocument } from "./scope";
import type { Refuse } from "./sql-error";
import { type Json, memberOf, setMember } from "./values";

/**
 * Checks an expression and makes it ready; throws what `refuse` makes of the first thing that is
 * wrong with it.
 */
export function prepare(expression: Expression, refuse: Refuse): Evaluator {
  const ready = (part: Expression): Evaluator => prepare(part, refuse);
  switch (expression.kind) {
    case "literal":
      return () => expression.value;
    case "attribute":
      return (scope) => memberOf(scope.document(), expression.name);
    case "member": {
      const of = ready(expression.of);
      return (scope) => memberOf(of(scope), expression.name);
    }
    case "star":
      throw refuse(
        expression.position,
        "'*' can only be an item of SELECT, or the first argument of encode",
      );
    case "not": {
      const operand = ready(expression.operand);
      return (scope) => not(operand(scope));
    }
    case "minus": {
      const operand = ready(expression.operand);
      return (scope) => OPERATORS["-"](0, operand(scope));
    }
    case "binary": {
      const [left, right] = [ready(expression.left), ready(expression.right)];
      const operator = OPERATORS[expression.operator];
      return (scope) => operator(left(scope), right(scope));
    }
    case "array": {
      const items = expression.items.map(ready);
      return (scope) => items.map((item) => item(scope)).filter(isDefined);
    }
    case "object":
      return prepareObject(expression.members, ready);
    case "cast": {
      const value = ready(expression.value);
      const cast = CASTS[expression.type];
      return (scope) => cast(value(scope));
    }
    case "case":
      return prepareCase(expression, ready);
    case "call":
      return prepareCall(expression, refuse);
  }
}

// An Undefined member is left out, as in every object; that an Undefined item of an array is left
// out is not documented.
function isDefined<Item>(item: Item | undefined): item is Item {
  return item !== undefined;
}

function prepareObject(
  members: readonly { name: string; value: Expression }[],
  ready: (part: Expression) => Evaluator,
): Evaluator {
  const parts = members.map(({ name, value }) => ({ name, value: ready(value) }));
  return (scope) => {
    const object: Record<string, Json> = {};
    for (const part of parts) {
      const value = part.value(scope);
      if (value !== undefined) setMember(object, part.name, value);
    }
    return object;
  };
}

// An Undefined subject makes the result Undefined even with ELSE (page `iot-sql-case`).
function prepareCase(expression: Case, ready: (part: Expression) => Evaluator): Evaluator {
  const subject = ready(expression.subject);
  const otherwise = expression.otherwise && ready(expression.otherwise);
  const branches = expression.branches.map((branch) => ({
    test: ready(branch.test),
    result: ready(branch.result),
  }));
  return (scope) => {
    const value = subject(scope);
    if (value === undefined) return undefined;
    const branch = branches.find(({ test }) => equality(value, test(scope)));
    return (branch?.result ?? otherwise)?.(scope);
  };
}

function prepareCall(call: Call, refuse: Refuse): Evaluator {
  const called = functionNamed(call.name);
  if (typeof called === "string") throw refuse(call.position, called);
  const { length } = call.args;
  if (length < called.least || length > called.most) {
    const counts = `takes ${countOf(called)}, not ${length}`;
    throw refuse(call.position, `function '${call.name}' ${counts}`);
  }
  const problem = called.problem?.(call.args);
  if (problem) throw refuse(problem.at.position, problem.reason);
  const values = call.args.map((arg, index): Evaluator => {
    const isPayload = called.takesStar && index === 0 && arg.kind === "star";
    return isPayload ? wholeDocument : prepare(arg, refuse);
  });
  return called.prepare(call.args, values);
}

function countOf({ least, most }: SqlFunction): string {
  if (least < most) return `${least} to ${most} arguments`;
  return least === 1 ? "1 argument" : `${least === 0 ? "no" : least} arguments`;
}
