import { ESLintUtils, type TSESLint, type TSESTree } from "@typescript-eslint/utils";
import { importedFrom, isNamespace, isOwnModule, moduleVariable } from "./module-scope";
import { keyOf } from "./syntax";

type Node = TSESTree.Node;
type Code = Readonly<TSESLint.SourceCode>;

/** What creates a function of a closure, in `@pulumi/aws` and `@pulumi/pulumi`. */
const makers =
  /^(CallbackFunction|createFunctionFromEventHandler|serializeFunction(Async)?|onEvent|onObject(Created|Removed)|onSchedule)$/;

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
      MemberExpression(node) {
        if (makers.test(keyOf(node) ?? "")) context.report({ node, messageId: "direct" });
      },
      "ObjectPattern > Property"(node: TSESTree.Property) {
        if (makers.test(keyOf(node) ?? "")) context.report({ node, messageId: "direct" });
      },
      "ImportDeclaration[importKind!='type'] > ImportSpecifier"(node: TSESTree.ImportSpecifier) {
        if (node.importKind !== "type" && makers.test(importedName(node)))
          context.report({ node, messageId: "direct" });
      },
    };
  },
});

const importedName = ({ imported }: TSESTree.ImportSpecifier): string =>
  imported.type === "Identifier" ? imported.name : imported.value;

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
  const isMember = callee.type === "MemberExpression";
  const root = isMember && !callee.computed ? callee.object : callee;
  if (root.type !== "Identifier") return false;
  const variable = moduleVariable(code, root);
  if (!variable || isMember !== isNamespace(variable)) return false;
  return isOwnModule(importedFrom(variable) ?? "");
}
