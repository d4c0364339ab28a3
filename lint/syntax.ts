import type { TSESTree } from "@typescript-eslint/utils";

type Node = TSESTree.Node;

/** Whether a node only gives another type to the expression in it. */
export const isTypeOnly = (
  node: Node,
): node is
  | TSESTree.TSAsExpression
  | TSESTree.TSSatisfiesExpression
  | TSESTree.TSNonNullExpression
  | TSESTree.TSTypeAssertion =>
  node.type === "TSAsExpression" ||
  node.type === "TSSatisfiesExpression" ||
  node.type === "TSNonNullExpression" ||
  node.type === "TSTypeAssertion";

/** An expression without type assertions around it. */
export const withoutType = (node: Node): Node =>
  isTypeOnly(node) ? withoutType(node.expression) : node;

/** The name of a property or a member, if the source text has it. */
export function keyOf(node: TSESTree.Property | TSESTree.MemberExpression): string | undefined {
  const key = node.type === "Property" ? node.key : node.property;
  if (key.type === "Literal") return String(key.value);
  if (key.type === "TemplateLiteral" && key.expressions.length === 0)
    return key.quasis[0]?.value.raw;
  return !node.computed && key.type === "Identifier" ? key.name : undefined;
}
