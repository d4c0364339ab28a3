import type { Expression, SelectList, Statement } from "./ast";

/** The expressions directly inside an expression, in the order of the source. */
function partsOf(expression: Expression): readonly Expression[] {
  switch (expression.kind) {
    case "literal":
    case "attribute":
    case "variable":
      return [];
    case "star":
      return present(expression.of);
    case "member":
      return [expression.of];
    case "not":
    case "minus":
      return [expression.operand];
    case "binary":
      return [expression.left, expression.right];
    case "array":
      return expression.items;
    case "object":
      return expression.members.map(({ value }) => value);
    case "cast":
      return [expression.value];
    case "call":
      return expression.args;
    case "case": {
      const branches = expression.branches.flatMap(({ test, result }) => [test, result]);
      return [expression.subject, ...branches, ...present(expression.otherwise)];
    }
    case "query":
    case "exists": {
      const { list, source, where } = expression.query;
      return [...valuesOf(list), source, ...present(where)];
    }
  }
}

/** Whether an expression is `*`, the whole document. */
export function isWholeDocument(expression: Expression | undefined): boolean {
  return expression?.kind === "star" && !expression.of;
}

/** The expressions of a SELECT list. */
export function valuesOf(list: SelectList): Expression[] {
  return list.items.flatMap((item) => (item.kind === "value" ? [item.value] : present(item.of)));
}

/** The outermost expressions of a statement, in the order of the source. */
export function rootsOf({ variables, list, where }: Statement): Expression[] {
  return [...variables.map(({ value }) => value), ...valuesOf(list), ...present(where)];
}

/** Expressions and all inside them, each before its parts. */
export function everyPart(roots: readonly Expression[]): Expression[] {
  const parts: Expression[] = [];
  const add = (expression: Expression): void => {
    parts.push(expression);
    partsOf(expression).forEach(add);
  };
  roots.forEach(add);
  return parts;
}

function present(expression: Expression | undefined): Expression[] {
  return expression ? [expression] : [];
}
