import { ESLintUtils, type TSESLint, type TSESTree } from "@typescript-eslint/utils";
import { importedFrom, isOwnModule, moduleVariable } from "./module-scope";

type Node = TSESTree.Node;
type Code = Readonly<TSESLint.SourceCode>;

/** What a callback factory captures is in the archive in clear text: arguments and settings of the stack, secrets among them. */
export const callbackFactory = ESLintUtils.RuleCreator.withoutDocs({
  meta: {
    type: "problem",
    schema: [],
    messages: {
      shape:
        "A callback factory is `() => createHandler(readSettings())`, both imported: anything else captures values of the deployment, secrets included, in clear text.",
      direct:
        "A function is made by LambdaConsumer or EdgeFunction, which pin what it runs on: use one of them.",
    },
  },
  defaultOptions: [],
  create: (context) => {
    const code = context.sourceCode;
    return {
      Property(node) {
        if (
          keyOf(node) === "callbackFactory" &&
          node.parent.type === "ObjectExpression" &&
          !isFactory(node.value, code)
        )
          context.report({ node: node.value, messageId: "shape" });
      },
      AssignmentExpression(node) {
        if (node.left.type === "MemberExpression" && keyOf(node.left) === "callbackFactory")
          context.report({ node, messageId: "shape" });
      },
      NewExpression({ callee }) {
        const name = callee.type === "MemberExpression" ? keyOf(callee) : nameOf(callee);
        if (name === "CallbackFunction") context.report({ node: callee, messageId: "direct" });
      },
    };
  },
});

const nameOf = (node: Node): string | undefined =>
  node.type === "Identifier" ? node.name : undefined;

function keyOf(node: TSESTree.Property | TSESTree.MemberExpression): string | undefined {
  const key = node.type === "Property" ? node.key : node.property;
  if (key.type === "Literal") return String(key.value);
  return node.computed ? undefined : nameOf(key);
}

const isFactory = (node: Node, code: Code): boolean =>
  node.type === "ArrowFunctionExpression" &&
  !node.async &&
  node.params.length === 0 &&
  isImportedCall(node.body, code) &&
  node.body.arguments.length === 1 &&
  node.body.arguments.every(
    (settings) => isImportedCall(settings, code) && settings.arguments.length === 0,
  );

/** Whether a node calls what a module of this project exports, directly or by the module's namespace. */
function isImportedCall(node: Node, code: Code): node is TSESTree.CallExpression {
  if (node.type !== "CallExpression" || node.optional) return false;
  const { callee } = node;
  const root = callee.type === "MemberExpression" && !callee.computed ? callee.object : callee;
  if (root.type !== "Identifier") return false;
  const variable = moduleVariable(code, root);
  return variable !== undefined && isOwnModule(importedFrom(variable) ?? "");
}
