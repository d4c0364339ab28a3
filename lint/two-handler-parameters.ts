import { ESLintUtils, type TSESLint, type TSESTree } from "@typescript-eslint/utils";
import { variableOf } from "./module-scope";
import { withoutType } from "./syntax";

type Node = TSESTree.Node;
type Code = Readonly<TSESLint.SourceCode>;
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
    const code = context.sourceCode;
    return {
      Program({ body }) {
        const exported = body.flatMap((statement) => exportsOf(statement, code));
        const handlers = exported.flatMap(({ name, node }) => {
          const functions = functionsIn(node, code);
          return name === "handler"
            ? functions
            : functions.flatMap((factory) => returned(factory, code));
        });
        for (const handler of new Set(handlers)) {
          const third = thirdOf(handler, code);
          if (third) context.report({ node: third, messageId: "third" });
        }
      },
    };
  },
});

/** The exports that are handlers (`handler`) or make them (`create…` and the default). */
function exportsOf(statement: Node, code: Code): { name: string; node: Node }[] {
  if (statement.type === "ExportDefaultDeclaration")
    return [{ name: "default", node: statement.declaration }];
  if (statement.type !== "ExportNamedDeclaration") return [];
  const { declaration, specifiers } = statement;
  const declared = declaration ? (code.getDeclaredVariables?.(declaration) ?? []) : [];
  return [
    ...declared.flatMap(({ name, identifiers: [node] }) => (node ? [{ name, node }] : [])),
    ...specifiers.map(({ local, exported }) => ({
      name: exported.type === "Identifier" ? exported.name : exported.value,
      node: local,
    })),
  ].filter(({ name }) => /^(create|handler$|default$)/.test(name));
}

/** The functions that an expression can be: through names, choices, type assertions and members of object literals. */
function functionsIn(expression: Node, code: Code, seen = new Set<Node>()): Function[] {
  const node = withoutType(expression);
  if (seen.has(node)) return [];
  const among = (...nodes: Node[]): Function[] =>
    nodes.flatMap((one) => functionsIn(one, code, new Set([...seen, node])));
  switch (node.type) {
    case "ArrowFunctionExpression":
    case "FunctionExpression":
    case "FunctionDeclaration":
      return [node];
    case "ConditionalExpression":
      return among(node.consequent, node.alternate);
    case "LogicalExpression":
      return among(node.left, node.right);
    case "SequenceExpression":
      return among(...node.expressions.slice(-1));
    case "MemberExpression":
      return among(...membersOf(node, code));
    case "Identifier":
      return among(...valuesOf(node, code));
    default:
      return [];
  }
}

/** What a name is declared as and what is assigned to it. */
function valuesOf(identifier: TSESTree.Identifier, code: Code): Node[] {
  const variable = variableOf(code, identifier);
  const functions = variable?.defs.flatMap(({ node }) =>
    node.type === "FunctionDeclaration" ? [node] : [],
  );
  const written = variable?.references.flatMap(({ writeExpr }) => (writeExpr ? [writeExpr] : []));
  return [...(functions ?? []), ...(written ?? [])];
}

function membersOf({ object, property }: TSESTree.MemberExpression, code: Code): Node[] {
  const from = withoutType(object);
  const literals = from.type === "Identifier" ? valuesOf(from, code).map(withoutType) : [from];
  return literals.flatMap((literal) =>
    literal.type === "ObjectExpression"
      ? literal.properties.flatMap((one) =>
          one.type === "Property" && code.getText(one.key) === code.getText(property)
            ? [one.value]
            : [],
        )
      : [],
  );
}

const returned = ({ body }: Function, code: Code): Function[] =>
  (body.type === "BlockStatement" ? returns(body, code) : [body]).flatMap((answer) =>
    functionsIn(answer, code),
  );

/** What the return statements of a block give, without those of functions in it. */
function returns(node: Node, code: Code): Node[] {
  if (node.type === "ReturnStatement") return node.argument ? [node.argument] : [];
  return isFunction(node) ? [] : children(node, code).flatMap((child) => returns(child, code));
}

/** Where a handler takes a third parameter: by a parameter, by the rest of them, or by `arguments`. */
function thirdOf(handler: Function, code: Code): Node | undefined {
  const rest = handler.params.find(({ type }) => type === "RestElement");
  return rest ?? handler.params[2] ?? argumentsIn(handler, code);
}

function argumentsIn(handler: Function, code: Code): Node | undefined {
  if (handler.type === "ArrowFunctionExpression") return undefined;
  const [own] = code.scopeManager?.acquire(handler)?.set.get("arguments")?.references ?? [];
  return own?.identifier;
}

const children = (node: Node, { visitorKeys }: Code): Node[] =>
  (visitorKeys[node.type] ?? [])
    .flatMap((key) => (node as unknown as Record<string, Node | Node[] | null>)[key] ?? [])
    .filter((child) => child !== null);

const isFunction = ({ type }: Node): boolean =>
  type === "ArrowFunctionExpression" ||
  type === "FunctionExpression" ||
  type === "FunctionDeclaration";
