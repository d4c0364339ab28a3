import { ESLintUtils, type TSESTree } from "@typescript-eslint/utils";

type Node = TSESTree.Node;
type Function =
  TSESTree.ArrowFunctionExpression | TSESTree.FunctionExpression | TSESTree.FunctionDeclaration;

/**
 * The runtime of Node.js 24 refuses to start a handler that declares a callback as its third parameter.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/nodejs-handler.html#nodejs-handler-callback
 */
export const twoHandlerParameters = ESLintUtils.RuleCreator.withoutDocs({
  meta: {
    type: "problem",
    schema: [],
    messages: {
      third:
        "Lambda refuses a handler with more than two parameters, event and context: return a promise in place of calling back.",
    },
  },
  defaultOptions: [],
  create: (context) => {
    const check = (factory: Function): void => {
      for (const handler of returned(factory, context.sourceCode.ast))
        if (handler.params.length > 2)
          context.report({ node: handler.params[2] as Node, messageId: "third" });
    };
    return {
      "ExportNamedDeclaration > FunctionDeclaration[id.name=/^create/]": check,
      "ExportNamedDeclaration > VariableDeclaration > VariableDeclarator[id.name=/^create/] > :function":
        check,
    };
  },
});

/** The functions that a factory returns: as an expression, or by the name of one declared in it or in the module. */
function returned(factory: Function, program: TSESTree.Program): Function[] {
  const answers: Node[] =
    factory.body.type === "BlockStatement" ? returns(factory.body) : [factory.body];
  const inner = factory.body.type === "BlockStatement" ? factory.body.body : [];
  return answers.flatMap((answer) => {
    const found =
      answer.type === "Identifier" ? declared(answer.name, [...inner, ...program.body]) : answer;
    return found && isFunction(unwrapped(found)) ? [unwrapped(found) as Function] : [];
  });
}

/** What the return statements of a block give, without those of functions in it. */
function returns(node: Node): Node[] {
  if (node.type === "ReturnStatement") return node.argument ? [unwrapped(node.argument)] : [];
  if (isFunction(node)) return [];
  return children(node).flatMap(returns);
}

const children = (node: Node): Node[] =>
  Object.entries(node)
    .filter(([key]) => key !== "parent")
    .flatMap(([, value]) => value as unknown)
    .filter(
      (value): value is Node => typeof value === "object" && value !== null && "type" in value,
    );

function declared(name: string, statements: Node[]): Node | undefined {
  for (const statement of statements) {
    const node = statement.type === "ExportNamedDeclaration" ? statement.declaration : statement;
    if (node?.type === "FunctionDeclaration" && node.id?.name === name) return node;
    if (node?.type !== "VariableDeclaration") continue;
    for (const { id, init } of node.declarations)
      if (id.type === "Identifier" && id.name === name && init) return init;
  }
  return undefined;
}

const isFunction = ({ type }: Node): boolean =>
  type === "ArrowFunctionExpression" ||
  type === "FunctionExpression" ||
  type === "FunctionDeclaration";

/** Without type assertions. */
const unwrapped = (node: Node): Node =>
  node.type === "TSAsExpression" ||
  node.type === "TSSatisfiesExpression" ||
  node.type === "TSNonNullExpression"
    ? unwrapped(node.expression)
    : node;
