import type { Case, ExpressionOf } from "./ast";
import { CASTS } from "./cast";
import { functionNamed } from "./functions";
import { prepareLogic } from "./logic";
import { equality, minus, not, OPERATORS } from "./operators";
import { prepareExists, prepareQuery } from "./query";
import { type Evaluator, type Prepare, wholeDocument } from "./scope";
import { isDefined, type Json, memberOf, setMember } from "./values";

/**
 * Makes the expressions of a statement ready, that `check` found nothing wrong with; `variables` are
 * those of its SET.
 */
export function preparing(variables: ReadonlyMap<string, Evaluator>): Prepare {
  const ready: Prepare = (expression) => {
    switch (expression.kind) {
      case "literal":
        return () => expression.value;
      case "attribute":
        return prepareAttribute(expression.name);
      case "variable":
        return variables.get(expression.name) as Evaluator;
      case "member": {
        const of = ready(expression.of);
        return (scope) => memberOf(of(scope), expression.name);
      }
      case "star":
        return expression.of ? ready(expression.of) : wholeDocument;
      case "not": {
        const operand = ready(expression.operand);
        return (scope) => not(operand(scope));
      }
      case "minus": {
        const operand = ready(expression.operand);
        return (scope) => minus(operand(scope));
      }
      case "binary": {
        const [left, right] = [ready(expression.left), ready(expression.right)];
        if (expression.operator === "AND" || expression.operator === "OR") {
          return prepareLogic(expression.operator, left, right);
        }
        const operator = OPERATORS[expression.operator];
        return (scope) => operator(left(scope), right(scope));
      }
      case "array": {
        const items = expression.items.map(ready);
        // An Undefined member of an object is left out; that an Undefined item of an array is left
        // out too is not documented.
        return (scope) => items.map((item) => item(scope)).filter(isDefined);
      }
      case "object":
        return prepareObject(expression, ready);
      case "cast": {
        const value = ready(expression.value);
        const cast = CASTS[expression.type];
        return (scope) => cast(value(scope));
      }
      case "case":
        return prepareCase(expression, ready);
      case "query":
        return prepareQuery(expression.query, ready);
      case "exists":
        return prepareExists(expression.query, ready);
      case "call":
        return functionNamed(expression.name)!.prepare(expression.args, expression.args.map(ready));
    }
  };
  return ready;
}

// In a nested SELECT the name after AS stands for the row, as in page `iot-sql-operators`, EXISTS:
// (SELECT * FROM arr AS a WHERE a = 3).
function prepareAttribute(name: string): Evaluator {
  return (scope) =>
    scope.alias?.name === name ? scope.alias.value : memberOf(scope.document(), name);
}

function prepareObject({ members }: ExpressionOf<"object">, ready: Prepare): Evaluator {
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
function prepareCase(expression: Case, ready: Prepare): Evaluator {
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
