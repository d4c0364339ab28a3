import { ESLintUtils, type TSESLint, type TSESTree } from "@typescript-eslint/utils";
import { globalReferences, isNamespace, moduleVariables } from "./module-scope";
import { isTypeOnly, keyOf } from "./syntax";

type Node = TSESTree.Node;
type Code = Readonly<TSESLint.SourceCode>;
type Variable = TSESLint.Scope.Variable;

/** Methods that change the array they are called on. */
const mutators = /^(push|pop|shift|unshift|splice|sort|reverse|fill|copyWithin)$/;
/** Functions that change their first argument. */
const writers =
  /^(globalThis\.)?(Object\.(assign|define(Property|Properties)|setPrototypeOf)|Reflect\.(set|defineProperty|deleteProperty|setPrototypeOf))$/;

/** Methods of arrays that are called on another one. */
const borrowedMutators =
  /\.(push|pop|shift|unshift|splice|sort|reverse|fill|copyWithin)\.(call|apply)$/;
/** Objects that outlive an invocation as the module does. */
const shared = /^(globalThis|global|process)$/;

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
      const code = context.sourceCode;
      for (const variable of moduleVariables(code)) {
        const written = variable.references.filter(
          (reference) => reference.isWrite() && !reference.init,
        );
        const nodes = [
          ...written.map(({ identifier }) => identifier),
          ...changesOf(variable, code),
        ];
        for (const node of nodes.sort((a, b) => a.range[0] - b.range[0]))
          context.report({ node, messageId: "write", data: { name: variable.name } });
      }
      for (const { identifier } of globalReferences(code))
        if (shared.test(identifier.name) && isChanged(identifier, reachedFrom(identifier)))
          context.report({
            node: identifier,
            messageId: "write",
            data: { name: identifier.name },
          });
    },
  }),
});

/** The references through which something that a variable holds is changed, those of other names for its parts included. */
function changesOf(variable: Variable, code: Code): Node[] {
  return variable.references.flatMap(({ identifier }) => {
    const node = reachedFrom(identifier);
    // A function of a module has any name.
    const isOfModule = isNamespace(variable) && node.parent?.type === "CallExpression";
    if (isOfModule && node.type === "MemberExpression" && node.object === identifier) return [];
    return [
      ...(isChanged(identifier, node) ? [identifier] : []),
      ...aliasesOf(node, code).flatMap((alias) => changesOf(alias, code)),
    ];
  });
}

/** The largest expression around a name that stands for the same object, for a part of it, or perhaps for another. */
function reachedFrom(identifier: Node): Node {
  let node = identifier;
  for (let { parent } = node; parent && reaches(parent, node); parent = parent.parent)
    node = parent;
  return node;
}

const reaches = (parent: Node, node: Node): boolean =>
  (parent.type === "MemberExpression" && parent.object === node) ||
  (parent.type === "LogicalExpression" && parent.parent.type === "MemberExpression") ||
  (parent.type === "ConditionalExpression" &&
    parent.test !== node &&
    parent.parent.type === "MemberExpression") ||
  parent.type === "ChainExpression" ||
  isTypeOnly(parent);

/** Constants of a function that hold what an expression stands for, or a part of it; the rest of a pattern is a copy. */
function aliasesOf(node: Node, code: Code): Variable[] {
  const { parent } = node;
  if (parent?.type !== "VariableDeclarator" || parent.init !== node) return [];
  return (code.getDeclaredVariables?.(parent) ?? []).filter(
    ({ identifiers: [name] }) => name?.parent.type !== "RestElement",
  );
}

function isChanged(identifier: Node, node: Node): boolean {
  const { parent } = node;
  if (parent?.type !== "CallExpression") return node !== identifier && isTarget(node);
  if (parent.callee === node) return node !== identifier && mutators.test(lastName(node));
  if (parent.arguments[0] !== node) return false;
  const callee = pathOf(parent.callee);
  return writers.test(callee) || borrowedMutators.test(callee);
}

/** `Object.assign`, whatever the notation. */
function pathOf(node: Node): string {
  if (node.type === "Identifier") return node.name;
  if (node.type !== "MemberExpression") return "";
  return `${pathOf(node.object)}.${keyOf(node) ?? ""}`;
}

const lastName = (node: Node): string =>
  node.type === "MemberExpression" ? (keyOf(node) ?? "") : "";

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
