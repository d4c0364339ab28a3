import { ESLintUtils, type TSESTree } from "@typescript-eslint/utils";
import { moduleVariables } from "./module-scope";

type Node = TSESTree.Node;

/** Methods that change the array they are called on. */
const mutators = /^(push|pop|shift|unshift|splice|sort|reverse|fill|copyWithin)$/;
/** Functions that change their first argument. */
const writers =
  /^(Object\.(assign|define(Property|Properties)|setPrototypeOf)|Reflect\.(set|defineProperty|deleteProperty|setPrototypeOf))$/;

/** Each function of an archive has its own copy of what it captures, so module state is neither shared nor reliable. */
export const noModuleState = ESLintUtils.RuleCreator.withoutDocs({
  meta: {
    type: "problem",
    schema: [],
    messages: {
      variable:
        "A variable at module level is copied into the archive with the value it has when the program deploys: keep it inside createHandler.",
      write:
        "'{{name}}' belongs to the module, of which each deployed function has its own copy: keep what changes inside createHandler.",
    },
  },
  defaultOptions: [],
  create: (context) => ({
    VariableDeclaration(node) {
      const { parent } = node;
      const isModuleLevel = parent.type === "Program" || parent.type === "ExportNamedDeclaration";
      if (isModuleLevel && node.kind !== "const" && !node.declare)
        context.report({ node, messageId: "variable" });
    },
    "Program:exit"() {
      for (const { name, references } of moduleVariables(context.sourceCode))
        for (const reference of references)
          if (
            (reference.isWrite() && !reference.init) ||
            isChanged(reference.identifier, context.sourceCode)
          )
            context.report({ node: reference.identifier, messageId: "write", data: { name } });
    },
  }),
});

function isChanged(identifier: Node, code: { getText(node: Node): string }): boolean {
  let node = identifier;
  let parent = node.parent;
  while (parent && reaches(parent, node)) [node, parent] = [parent, parent.parent];
  if (parent?.type === "CallExpression")
    return parent.callee === node
      ? node !== identifier && mutators.test(lastName(node))
      : parent.arguments[0] === node && writers.test(code.getText(parent.callee));
  return node !== identifier && isTarget(node);
}

/** Whether a node stands for the same object as one of its parts, or for a member of it. */
const reaches = (parent: Node, node: Node): boolean =>
  (parent.type === "MemberExpression" && parent.object === node) ||
  parent.type === "TSNonNullExpression" ||
  parent.type === "TSAsExpression" ||
  parent.type === "ChainExpression";

const lastName = (node: Node): string => {
  if (node.type !== "MemberExpression") return "";
  if (node.property.type === "Identifier") return node.property.name;
  return node.property.type === "Literal" ? String(node.property.value) : "";
};

/** Whether a node is assigned to, also as a part of a destructuring pattern, updated or deleted. */
function isTarget(node: Node): boolean {
  const { parent } = node;
  switch (parent?.type) {
    case "AssignmentExpression":
    case "ForOfStatement":
    case "ForInStatement":
      return parent.left === node;
    case "UpdateExpression":
      return true;
    case "UnaryExpression":
      return parent.operator === "delete";
    case "AssignmentPattern":
      return parent.left === node && isTarget(parent);
    case "Property":
      return parent.value === node && parent.parent.type === "ObjectPattern";
    case "ArrayPattern":
    case "RestElement":
      return true;
    default:
      return false;
  }
}
