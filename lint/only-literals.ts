import { ESLintUtils, type TSESLint, type TSESTree } from "@typescript-eslint/utils";
import { importedFrom, isOwnModule, moduleVariable } from "./module-scope";

type Node = TSESTree.Node;

/** What a module may evaluate by name although nothing declares it. */
const constants = new Set(["undefined", "NaN", "Infinity"]);

/**
 * Pulumi writes the values of module-level constants into the archive: what is evaluated there is the deploying machine's clock,
 * environment and user, secrets included, and differs at every deployment.
 */
export const onlyLiterals = ESLintUtils.RuleCreator.withoutDocs({
  meta: {
    type: "problem",
    schema: [],
    messages: {
      evaluated:
        "This is evaluated on the deploying machine and its value written into the archive: move it into a function that runs in Lambda.",
      effect:
        "A deployed callback does not import this module for its effect: import what the callback calls.",
      foreign: "Callbacks capture re-exports of a package by value: import it where it is used.",
    },
  },
  defaultOptions: [],
  create: (context) => ({
    Program({ body }) {
      for (const statement of body)
        for (const [node, messageId] of faultsOf(statement, context.sourceCode))
          context.report({ node, messageId });
    },
  }),
});

type Fault = [node: Node, messageId: "evaluated" | "effect" | "foreign"];

function faultsOf(statement: Node, code: Readonly<TSESLint.SourceCode>): Fault[] {
  const evaluated = (...nodes: (Node | null | undefined)[]): Fault[] =>
    nodes
      .flatMap((node) => (node ? impureParts(node, code) : []))
      .map((node) => [node, "evaluated"]);
  switch (statement.type) {
    case "ImportDeclaration":
      return statement.specifiers.length === 0 && !/\{/.test(code.getText(statement))
        ? [[statement, "effect"]]
        : [];
    case "ExportAllDeclaration":
      return isForeign(statement) ? [[statement, "foreign"]] : [];
    case "ExportNamedDeclaration":
      if (isForeign(statement)) return [[statement, "foreign"]];
      if (statement.declaration) return faultsOf(statement.declaration, code);
      return statement.source || statement.exportKind === "type"
        ? []
        : evaluated(
            ...statement.specifiers
              .filter(({ exportKind }) => exportKind !== "type")
              .map(({ local }) => local),
          );
    case "ExportDefaultDeclaration":
      return isDeclaration(statement.declaration) ? [] : evaluated(statement.declaration);
    case "TSExportAssignment":
      return evaluated(statement.expression);
    case "VariableDeclaration":
      if (statement.declare) return [];
      return statement.declarations.flatMap(({ id, init }) => evaluated(...valuesIn(id), init));
    case "TSEnumDeclaration":
      if (statement.declare) return [];
      return evaluated(...statement.body.members.map(({ initializer }) => initializer));
    case "TSImportEqualsDeclaration":
      return statement.moduleReference.type === "TSExternalModuleReference"
        ? []
        : evaluated(statement.moduleReference);
    case "ExpressionStatement":
      return statement.directive === undefined ? [[statement, "evaluated"]] : [];
    case "TSModuleDeclaration":
      return statement.declare ? [] : [[statement, "evaluated"]];
    default:
      return isDeclaration(statement) ? [] : [[statement, "evaluated"]];
  }
}

/** A class is refused by no-lost-syntax. */
const isDeclaration = ({ type }: Node): boolean =>
  /^(FunctionDeclaration|TSDeclareFunction|ClassDeclaration|TSInterfaceDeclaration|TSTypeAliasDeclaration|EmptyStatement|TSNamespaceExportDeclaration)$/.test(
    type,
  );

const isForeign = (
  statement: TSESTree.ExportAllDeclaration | TSESTree.ExportNamedDeclaration,
): boolean =>
  statement.exportKind !== "type" &&
  statement.source !== null &&
  !isOwnModule(statement.source.value);

/** Default values and computed keys of a destructuring pattern. */
function valuesIn(pattern: Node): Node[] {
  switch (pattern.type) {
    case "AssignmentPattern":
      return [pattern.right, ...valuesIn(pattern.left)];
    case "ArrayPattern":
      return pattern.elements.flatMap((element) => (element ? valuesIn(element) : []));
    case "ObjectPattern":
      return pattern.properties.flatMap((property) =>
        property.type === "RestElement"
          ? []
          : [...(property.computed ? [property.key] : []), ...valuesIn(property.value)],
      );
    default:
      return [];
  }
}

/** The parts of an expression whose value depends on more than the source text. */
function impureParts(node: Node, code: Readonly<TSESLint.SourceCode>): Node[] {
  const within = (...parts: (Node | null)[]): Node[] =>
    parts.flatMap((part) => (part ? impureParts(part, code) : []));
  switch (node.type) {
    case "Literal":
    case "ArrowFunctionExpression":
    case "FunctionExpression":
    case "ClassExpression":
      return [];
    case "TemplateLiteral":
      return within(...node.expressions);
    case "ArrayExpression":
      return within(...node.elements);
    case "ObjectExpression":
      return within(...node.properties);
    case "Property":
      if (node.kind !== "init") return [node];
      return within(node.computed ? node.key : null, node.value);
    case "SpreadElement":
      return within(node.argument);
    case "UnaryExpression":
      return node.operator === "delete" ? [node] : within(node.argument);
    case "BinaryExpression":
    case "LogicalExpression":
      return within(node.left, node.right);
    case "ConditionalExpression":
      return within(node.test, node.consequent, node.alternate);
    case "MemberExpression":
      return within(node.object, node.computed ? node.property : null);
    case "ChainExpression":
    case "TSAsExpression":
    case "TSSatisfiesExpression":
    case "TSNonNullExpression":
    case "TSTypeAssertion":
    case "TSInstantiationExpression":
      return within(node.expression);
    case "Identifier":
      return isOwnName(node, code) ? [] : [node];
    default:
      return [node];
  }
}

function isOwnName(identifier: TSESTree.Identifier, code: Readonly<TSESLint.SourceCode>): boolean {
  if (constants.has(identifier.name) || isSibling(identifier)) return true;
  const variable = moduleVariable(code, identifier);
  if (!variable) return false;
  const source = importedFrom(variable);
  if (source !== undefined) return isOwnModule(source) || isType(variable);
  return variable.defs[0]?.type !== "ImportBinding";
}

/** Whether a variable is imported as a type, which no archive has. */
function isType({ defs: [definition] }: TSESLint.Scope.Variable): boolean {
  const { node, parent } = definition ?? {};
  return (
    (node?.type === "ImportSpecifier" && node.importKind === "type") ||
    (parent?.type === "ImportDeclaration" && parent.importKind === "type")
  );
}

/** Whether an identifier names a member of the enum in whose initialiser it stands. */
function isSibling({ name, parent }: TSESTree.Identifier): boolean {
  for (let node: Node | undefined = parent; node; node = node.parent)
    if (node.type === "TSEnumDeclaration")
      return node.body.members.some(
        ({ id }) => (id.type === "Identifier" ? id.name : id.value) === name,
      );
  return false;
}
