import type { BinaryOperator, CastType, Expression } from "../ast";
import { functionNamed } from "../functions";
import type { Numeric } from "../numbers";
import type { ValueType } from "../signature";

const CASTS: Readonly<Record<CastType, ValueType>> = {
  String: "String",
  Int: "Number",
  Decimal: "Number",
  Boolean: "Boolean",
};

/**
 * The type that an expression has whatever the message, if it has one; it may always be Undefined as
 * well.
 */
export function typeOf(expression: Expression): ValueType {
  switch (expression.kind) {
    case "literal":
      return typeOfLiteral(expression.value);
    case "not":
    case "exists":
      return "Boolean";
    case "minus":
      return "Number";
    case "array":
      return "Array";
    case "object":
      return "Object";
    case "cast":
      return CASTS[expression.type];
    case "call":
      return functionNamed(expression.name)?.gives ?? "any";
    case "binary":
      return typeOfBinary(expression.operator, typeOf(expression.left), typeOf(expression.right));
    case "case":
      return common([
        ...expression.branches.map(({ result }) => typeOf(result)),
        ...(expression.otherwise ? [typeOf(expression.otherwise)] : []),
      ]);
    case "attribute":
    case "variable":
    case "member":
    case "star":
    case "query":
      return "any";
  }
}

function typeOfLiteral(value: string | Numeric | boolean | null): ValueType {
  if (value === null) return "Null";
  if (typeof value === "string") return "String";
  return typeof value === "boolean" ? "Boolean" : "Number";
}

function typeOfBinary(operator: BinaryOperator, left: ValueType, right: ValueType): ValueType {
  if (operator === "+") {
    if (left === "String" || right === "String") return "String";
    return left === "Number" && right === "Number" ? "Number" : "any";
  }
  return "-*/%".includes(operator) ? "Number" : "Boolean";
}

function common(types: readonly ValueType[]): ValueType {
  const [first = "any"] = types;
  return types.every((type) => type === first) ? first : "any";
}
